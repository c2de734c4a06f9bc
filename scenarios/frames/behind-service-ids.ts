import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/behind-service-ids',
  title: 'Frames in the same WebSocket message as SERVICE_IDS are not lost',
  rules: ['W4', 'S1'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'The service merges what is under way, and a source that waits starts at once.',
  expects:
    'It reads on behind SERVICE_IDS in the same WebSocket message: the stream that starts there is dialled.',
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
