import { type Message, MessageType, message } from '../../src/protocol/index.js';

/** A V3 DATA message, such as an SSH session sends. */
export function sampleMessage(payloadLength: number): Message {
  return message({
    type: MessageType.DATA,
    streamId: 1_345_678_901,
    payload: new Uint8Array(payloadLength).map((_, i) => (31 * i + 7) & 0xff),
    serviceId: 'SSH',
    connectionId: 1,
  });
}
