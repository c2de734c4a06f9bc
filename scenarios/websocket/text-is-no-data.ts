import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/text-is-no-data',
  title: 'A text message is not taken for tunnel data',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The protocol is binary: text is an error page of a proxy, not bytes for the application.',
  expects: 'It closes its WebSocket, or ignores the message; the application receives nothing of it.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('W1');
    const payload = Buffer.from('text');
    const frame = encodeFrame(message({ ...stream.ids, type: MessageType.DATA, payload }));
    stream.socket.injectFrames([{ opcode: 1, payload: frame }], 'DATA in a text message');
    await trial.survives({ rule: 'W1', stream, trigger: 'text-message' });
  },
});
