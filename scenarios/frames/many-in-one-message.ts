import { encodeData } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/many-in-one-message',
  title: 'One WebSocket message may hold many frames',
  rules: ['W4'],
  role: 'client',
  why: 'The service merges what is under way: a client that reads the first frame only loses the rest.',
  run: async (stage) => {
    const stream = await stage.opens();
    const bytes = stage.bytes(20_000);
    const frames = encodeData(stream.address, bytes, 20);
    stream.link.injectFrames([binary(frames)], '1000 DATA frames in one WebSocket message');
    await stream.appReceives(bytes, 'W4');
    await stream.echoes('W4');
  },
});
