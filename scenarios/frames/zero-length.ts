import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/zero-length',
  title: 'A frame of no length does not leave it deaf',
  rules: ['M11'],
  role: 'client',
  why: 'It is an empty message of type UNKNOWN: ignore it, or treat it as an error.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('M11');
    stream.link.injectFrames([binary(Buffer.from([0, 0]))], 'a frame of length 0');
    await stage.survives(stream, 'M11');
  },
});
