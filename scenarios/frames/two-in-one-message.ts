import { encodeData } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/two-in-one-message',
  title: 'If two small frames arrive in one WebSocket message, the second is delivered too',
  rules: ['W4'],
  role: 'client',
  why: 'In a long transfer, the next message makes the client read the rest. At the end of a transfer, and with every keystroke, no message follows.',
  expects:
    'The client delivers the bytes of both frames, without waiting for anything else from the service.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('W4');
    const bytes = trial.bytes(10);
    stream.socket.injectFrames(
      [binary(encodeData(stream.ids, bytes, 5))],
      'two DATA frames of 5 bytes in one WebSocket message',
    );
    await stream.appReceives(bytes, 'W4');
    await stream.echoes('W4');
  },
});
