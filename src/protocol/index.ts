/**
 * `tunnel-testbed/protocol`: the wire format of AWS IoT Secure Tunneling. No I/O and no Node-only API: it runs in a
 * browser too.
 */
export { decodeMessage } from './decode.js';
export {
  encodedLength,
  encodeFrame,
  encodeFrameIfItFits,
  encodeMessage,
  frameLength,
  writeFrame,
} from './encode.js';
export { ProtocolError, type ProtocolErrorCode } from './errors.js';
export { FrameReader, type OnFrame } from './frame-reader.js';
export { type DataAddress, encodeData, encodeFrames } from './frame-writer.js';
export * from './handshake.js';
export * from './limits.js';
export {
  isStreamMessage,
  type Message,
  MessageType,
  type MessageTypeName,
  message,
  messageTypeName,
} from './message.js';
export { MessageScanner } from './message-scanner.js';

export { dataPlaneHost, isAwsHost, PARTITIONS, type Partition, partitionOf } from './partitions.js';
export { escapeJson, printable, printableJson, printableLines, printableOutput } from './printable.js';

export * from './rules/index.js';
export {
  formatOfStart,
  type MessageFormat,
  opposite,
  type Side,
  SUBPROTOCOL_DIALECTS,
  SUBPROTOCOL_OF,
  SUBPROTOCOLS,
  type Subprotocol,
} from './versions.js';
