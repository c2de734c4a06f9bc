import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/few-bytes-behind-service-ids',
  title: 'SERVICE_IDS, STREAM_START and a few bytes in one message all have their effect',
  rules: ['W4', 'S1'],
  role: 'destination',
  versions: ['V2', 'V3'],
  why: 'A source that has been waiting starts as soon as the destination is there, and the service merges frames.',
  expects:
    'The client dials for the stream that starts after SERVICE_IDS, and delivers the bytes that follow.',
  run: async (trial) => {
    trial.service.announces = false;
    const socket = await trial.connected();
    const availableServiceIds = trial.service.services;
    const ids = trial.newIds();
    const bytes = trial.bytes(5);
    const frames = [
      encodeFrame(message({ type: MessageType.SERVICE_IDS, availableServiceIds })),
      encodeFrame(message({ ...ids, type: MessageType.STREAM_START })),
      encodeData(ids, bytes),
    ];
    socket.injectFrames(
      [binary(Buffer.concat(frames))],
      'SERVICE_IDS, STREAM_START and DATA of 5 bytes in one WebSocket message',
      ids,
    );
    const blame = { rule: 'W4', symptom: 'lost-behind-service-ids' } as const;
    const within = trial.patienceMs + trial.declares.dialMs;
    const app = await trial.awaits(trial.app.accepted(trial.serviceId), { ...blame, within });
    const got = await trial.awaits(app.arrives(bytes.length), { ...blame, within });
    trial.check(got.equals(bytes), { rule: 'W4', symptom: 'changed-data-behind-start' });
  },
});
