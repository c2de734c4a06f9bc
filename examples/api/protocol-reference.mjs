// A second opinion on the codec of this package: protobufjs reads the bytes that it wrote.
import { encodeMessage, MessageType, message } from 'tunnel-testbed/protocol';
import { decodeWithReference, encodeWithReference } from 'tunnel-testbed/protocol/reference';

const start = message({ type: MessageType.STREAM_START, streamId: 7, serviceId: 'SSH' });
const bytes = encodeMessage(start);
console.log(Buffer.from(bytes).toString('hex'));
console.log(Buffer.from(encodeWithReference(start)).equals(bytes));
console.log(decodeWithReference(bytes).serviceId);
