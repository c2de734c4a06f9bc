import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/behind-service-ids',
  title: 'Frames after SERVICE_IDS in the same WebSocket message are not lost',
  rules: ['W4', 'S1'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'The service merges frames, and a source that has been waiting starts at once.',
  expects:
    'The client reads the rest of the WebSocket message after SERVICE_IDS, and dials for the stream that starts there.',
  run: async (trial) => {
    trial.service.announces = false;
    const socket = await trial.connected();
    const availableServiceIds = trial.service.services;
    const told = encodeFrame(message({ type: MessageType.SERVICE_IDS, availableServiceIds }));
    const ids = trial.newIds();
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    socket.injectFrames(
      [binary(Buffer.concat([told, start]))],
      'SERVICE_IDS and STREAM_START in one message',
      ids,
    );
    const dialled = trial.app.accepted(trial.serviceId);
    await trial.awaits(dialled, { rule: 'W4', symptom: 'lost-behind-service-ids' });
  },
});
