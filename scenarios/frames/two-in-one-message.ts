import { encodeData } from 'tunnel-testbed/protocol';
import { binary, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/two-in-one-message',
  title: 'Of two small frames in one WebSocket message the second is not left lying',
  rules: ['W4'],
  role: 'client',
  why: 'In a long transfer the next message brings the rest; at its end, and with every keystroke, none follows.',
  expects: 'It delivers the bytes of both frames without waiting for anything else from the service.',
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
