import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/text-is-no-data',
  title: 'A text message is not taken for tunnel data',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The protocol is binary: text is an error page of a proxy, not bytes for the application.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('W1');
    const payload = Buffer.from('text');
    const frame = encodeFrame(message({ ...stream.address, type: MessageType.DATA, payload }));
    stream.link.injectFrames([{ opcode: 1, payload: frame }], 'DATA in a text message');
    await stage.survives(stream, 'W1');
  },
});
