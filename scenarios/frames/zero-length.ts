import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/zero-length',
  title: 'A frame of no length does not leave it deaf',
  rules: ['M11'],
  role: 'client',
  why: 'It is an empty message of type UNKNOWN: ignore it, or treat it as an error.',
  expects: 'It ignores the empty message, or ends the stream or its WebSocket; it does not go deaf.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('M11');
    stream.socket.injectFrames([binary(Buffer.from([0, 0]))], 'a frame of length 0');
    await trial.survives({ rule: 'M11', stream, trigger: 'frame-of-length-0' });
  },
});
