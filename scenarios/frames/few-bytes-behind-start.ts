import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/few-bytes-behind-start',
  title: 'A few bytes in one message with STREAM_START are delivered, although nothing follows',
  rules: ['W4', 'S4'],
  role: 'destination',
  why: 'Some clients look for more frames only when they read again. Then a short request is not delivered, and both ends wait.',
  expects: 'The client dials and delivers the bytes, without waiting for anything else from the service.',
  run: async (trial) => {
    const socket = await trial.connected();
    const ids = trial.newIds();
    const bytes = trial.bytes(5);
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    socket.injectFrames(
      [binary(Buffer.concat([start, encodeData(ids, bytes)]))],
      'STREAM_START and DATA of 5 bytes in one WebSocket message',
      ids,
    );
    const within = trial.patienceMs + trial.declares.dialMs;
    const app = await trial.awaits(trial.app.accepted(trial.serviceId), {
      rule: 'S4',
      symptom: 'did-not-dial',
      within,
    });
    const got = await trial.awaits(app.arrives(bytes.length), {
      rule: 'W4',
      symptom: 'lost-data-behind-start',
      within,
    });
    trial.check(got.equals(bytes), { rule: 'W4', symptom: 'changed-data-behind-start' });
  },
});
