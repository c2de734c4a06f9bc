import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/zero-length',
  title: 'A frame of length 0 does not leave the client deaf',
  rules: ['M11'],
  role: 'client',
  why: 'The frame is an empty message of type UNKNOWN. A client ignores it, or treats it as an error.',
  expects: 'The client ignores the empty message, or ends the stream or its WebSocket. It does not go deaf.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('M11');
    stream.socket.injectFrames([binary(Buffer.from([0, 0]))], 'a frame of length 0');
    await trial.survives({ rule: 'M11', stream, trigger: 'frame-of-length-0' });
  },
});
