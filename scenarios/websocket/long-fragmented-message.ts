import { encodeData } from 'tunnel-testbed/protocol';
import { binary, cut, fragments, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/long-fragmented-message',
  title: 'A fragmented message may be longer than one frame',
  rules: ['W2', 'W4'],
  role: 'client',
  versions: 'any',
  why: 'The size limit is for a WebSocket frame, not for a message.',
  expects: 'The client delivers everything in the message, because W2 limits only its frames.',
  run: async (trial) => {
    const stream = await trial.opens();
    // First two small frames in one message. If they fail, the size is not to blame.
    const small = trial.bytes(40);
    stream.socket.injectFrames([binary(encodeData(stream.ids, small, 20))], 'two DATA in one message');
    await stream.appReceives(small, 'W4');
    const bytes = trial.bytes(400_000);
    const parts = cut(encodeData(stream.ids, bytes), [100_000, 200_000, 300_000]);
    stream.socket.injectFrames(fragments(parts, []), `one WebSocket message of ${parts.length} frames`);
    await stream.appReceives(bytes, 'W2');
    await stream.echoes('W2');
  },
});
