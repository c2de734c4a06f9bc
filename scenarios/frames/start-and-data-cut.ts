import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, cut, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/start-and-data-cut',
  title: 'STREAM_START, DATA and STREAM_RESET may be merged and cut at odd places',
  rules: ['W4'],
  role: 'destination',
  why: 'The message that opens a stream can be cut like any other message.',
  expects:
    'The client dials on STREAM_START and delivers everything that follows, however these frames are merged and cut.',
  run: async (trial) => {
    await trial.connected();
    const ids = trial.newIds();
    const bytes = trial.bytes(5000);
    const start = encodeFrame(message({ ...ids, type: MessageType.STREAM_START }));
    const all = Buffer.concat([start, encodeData(ids, bytes, 900)]);
    const socket = await trial.connected();
    socket.injectFrames(
      cut(all, [1, start.length + 1, start.length + 700]).map(binary),
      'STREAM_START and DATA, cut at odd places',
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
