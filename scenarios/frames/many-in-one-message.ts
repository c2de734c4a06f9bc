import { encodeData } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/many-in-one-message',
  title: 'One WebSocket message may contain many frames',
  rules: ['W4'],
  role: 'client',
  why: 'The service merges frames. A client that reads only the first frame loses the rest.',
  expects: 'The client reads every tunnel frame of a WebSocket message, in order.',
  run: async (trial) => {
    const stream = await trial.opens();
    const bytes = trial.bytes(20_000);
    const frames = encodeData(stream.ids, bytes, 20);
    stream.socket.injectFrames([binary(frames)], '1000 DATA frames in one WebSocket message');
    await stream.appReceives(bytes, 'W4');
    await stream.echoes('W4');
  },
});
