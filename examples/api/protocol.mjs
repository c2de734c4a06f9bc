// Frames are cut from a byte stream that arrives in any pieces, and their messages are decoded.
import {
  decodeMessage,
  encodeData,
  encodeFrame,
  FrameReader,
  MessageType,
  message,
  messageTypeName,
} from 'tunnel-testbed/protocol';

const address = { streamId: 1, serviceId: 'SSH', connectionId: 1 };
const bytes = Buffer.concat([
  encodeFrame(message({ type: MessageType.STREAM_START, ...address })),
  encodeData(address, Buffer.from('hello')),
]);

const reader = new FrameReader((chunk, start, end) => {
  const { type, streamId, payload } = decodeMessage(chunk, start, end);
  console.log(`${messageTypeName(type)} of stream ${streamId}, ${payload.length} bytes of payload`);
});
for (const byte of bytes) reader.push(Uint8Array.of(byte)); // one at a time: the boundaries mean nothing
console.log(`${reader.pendingBytes} bytes left over`);
