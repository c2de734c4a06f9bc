import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/data-before-dialled',
  title: 'DATA right after STREAM_START is delivered',
  rules: ['S4', 'S3'],
  role: 'destination',
  why: 'A source does not have to wait for the connection. So the destination must keep early bytes.',
  expects: 'The client keeps bytes that arrive before its target has accepted, and delivers them.',
  run: async (trial) => {
    await trial.connected();
    const ids = trial.newIds();
    const bytes = trial.bytes(100_000);
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    const socket = await trial.connected();
    socket.injectFrames(
      [binary(Buffer.concat([start, encodeData(ids, bytes)]))],
      'STREAM_START and DATA in one WebSocket message',
      ids,
    );
    const app = await trial.awaits(trial.app.accepted(trial.serviceId), {
      rule: 'S4',
      symptom: 'did-not-dial',
    });
    const got = await trial.awaits(app.arrives(bytes.length), {
      rule: 'S4',
      symptom: 'lost-data-behind-start',
    });
    trial.check(got.equals(bytes), { rule: 'S4', symptom: 'changed-data-behind-start' });
  },
});
