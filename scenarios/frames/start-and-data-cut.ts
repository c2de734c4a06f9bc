import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, cut, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/start-and-data-cut',
  title: 'Start, data and end merged and cut oddly',
  rules: ['W4'],
  role: 'destination',
  why: 'What opens a stream is as likely to be cut as what follows.',
  expects: 'It dials on STREAM_START and delivers all that follows, however these frames are merged and cut.',
  run: async (trial) => {
    await trial.connected();
    const ids = trial.newIds();
    const bytes = trial.bytes(5000);
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    const all = Buffer.concat([start, encodeData(ids, bytes, 900)]);
    const socket = await trial.connected();
    socket.injectFrames(
      cut(all, [1, start.length + 1, start.length + 700]).map(binary),
      'STREAM_START and DATA, cut oddly',
      ids,
    );
    const app = await trial.awaits(trial.app.accepted(trial.serviceId), {
      rule: 'W4',
      symptom: 'did-not-dial',
    });
    const got = await trial.awaits(app.arrives(bytes.length), {
      rule: 'W4',
      symptom: 'nothing-to-application',
    });
    trial.check(got.equals(bytes), { rule: 'W4', symptom: 'changed-to-application' });
  },
});
