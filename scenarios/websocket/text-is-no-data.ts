import { isUtf8 } from 'node:buffer';
import { encodeFrame, MessageType, message } from 'tunnel-testbed/protocol';
import { Opcode, scenario } from 'tunnel-testbed/scenarios';

/** A stream id that takes one byte, below 128. */
const ONE_BYTE_ID = 77;

export default scenario({
  id: 'websocket/text-is-no-data',
  title: 'A text message is not treated as tunnel data',
  rules: ['W1'],
  role: 'client',
  versions: 'any',
  why: 'The protocol is binary. Text may be an error page of a proxy, and is not meant for the application.',
  expects:
    'The client closes its WebSocket, or ignores the message. The application receives nothing of it. A SESSION_RESET in the text does not end the stream while the WebSocket stays open. For all stream ids, the text is valid UTF-8.',
  run: async (trial) => {
    const isFree = trial.role === 'destination';
    const stream = await trial.opens({ ...(isFree && { ids: { streamId: ONE_BYTE_ID } }) });
    await stream.echoes('W1');
    const data = encodeFrame(
      message({ ...stream.ids, type: MessageType.DATA, payload: Buffer.from('text') }),
    );
    const reset = encodeFrame(message({ type: MessageType.SESSION_RESET }));
    // A stream id of several bytes is not valid UTF-8, and invalid UTF-8 alone already fails the connection (W6).
    const isText = isUtf8(data);
    const what = `${isText ? 'DATA' : 'SESSION_RESET'} in a text message`;
    stream.socket.injectFrames([{ opcode: Opcode.TEXT, payload: isText ? data : reset }], what);
    if ((await stream.fence('W1')) === 'ended') {
      // A client that closes because of the text does so before it answers the next message.
      await stream.socket.settles();
      trial.check(!stream.socket.open, { rule: 'W1', symptom: 'takes-text-for-data', detail: what });
    }
    await trial.survives({ rule: 'W1', stream, trigger: 'text-message' });
  },
});
