import { encodeData, encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { binary, cut, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/start-and-data-cut',
  title: 'Start, data and end merged and cut oddly',
  rules: ['W4'],
  role: 'destination',
  why: 'What opens a stream is as likely to be cut as what follows.',
  run: async (stage) => {
    await stage.client.connects();
    const address = stage.newAddress();
    const bytes = stage.bytes(5000);
    const start = encodeFrame(message({ ...address, type: MessageType.STREAM_START }));
    const all = Buffer.concat([start, encodeData(address, bytes, 900)]);
    const { link } = stage.client;
    link.started(address);
    link.injectFrames(
      cut(all, [1, start.length + 1, start.length + 700]).map(binary),
      'STREAM_START and DATA, cut oddly',
    );
    const app = await stage.client.awaits(
      stage.app.accepted(stage.serviceId),
      'W4',
      'it did not dial the service',
    );
    const got = await stage.client.awaits(
      app.arrives(bytes.length),
      'W4',
      'bytes from the tunnel did not reach the application',
    );
    stage.check(got.equals(bytes), 'W4', 'the application received other bytes than were sent to it');
  },
});
