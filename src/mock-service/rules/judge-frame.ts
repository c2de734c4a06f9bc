import {
  isStreamMessage,
  MAX_PAYLOAD_BYTES,
  type MessageScanner,
  MessageType,
  messageTypeName,
  type Side,
} from '../../protocol/index.js';
import { type BrokenRule, must } from './broken-rule.js';
import { judgeByStreams } from './judge-stream.js';
import type { StreamLedger } from './stream-ledger.js';
import { trackFrame } from './track-frame.js';

/**
 * Judges one frame against M1–M13 and updates the tunnel's ledger. `scanner` must have scanned the message in `bytes`. If
 * the scan failed, the frame breaks M11. Returns undefined if the frame breaks no rule.
 *
 * A frame that breaks a MUST does not change the ledger. A caller that relays it nevertheless calls {@link trackFrame}.
 * DATA on the stream that its sender used last allocates no memory.
 */
export function judgeFrame(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): BrokenRule | undefined {
  if (isDataInSequence(ledger, from, scanner, bytes)) return undefined;
  const broken = judgeMessage(from, scanner) ?? judgeByStreams(ledger, from, scanner, bytes);
  if (broken?.force !== 'MUST') trackFrame(ledger, from, scanner, bytes);
  return broken;
}

/**
 * Whether this is DATA on the current stream of the service that its sender used last. Then no rule is broken and
 * nothing changes.
 */
function isDataInSequence(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): boolean {
  const line = ledger.lastLine[from];
  if (line === undefined || scanner.type !== MessageType.DATA || scanner.errorCode !== undefined)
    return false;
  if (scanner.streamId !== line.currentId || scanner.streamId === 0) return false;
  if (scanner.unknownField !== 0 || scanner.payloadLength > MAX_PAYLOAD_BYTES) return false;
  if (scanner.connectionId !== 0 && !line.currentIsV3) return false;
  if (line.isNamedIn(scanner, bytes)) return line.bytes.length === 0 || ledger.habits[from].named;
  // A V1 destination answers a V2 stream without a service id. M8 permits this.
  return scanner.serviceIdLength === 0 && from === 'destination' && !ledger.habits[from].named;
}

/** The rules that a message can break by itself. */
function judgeMessage(from: Side, scanner: MessageScanner): BrokenRule | undefined {
  if (scanner.errorCode !== undefined) {
    const { errorCode, errorOffset } = scanner;
    return must('M11', `The message does not parse: ${errorCode} at byte ${errorOffset}`);
  }
  const { type, streamId, unknownField, payloadLength } = scanner;
  const name = messageTypeName(type);
  if (unknownField !== 0)
    return must('M6', `${name} carries field ${unknownField}, which the schema does not have`);
  if (type === MessageType.UNKNOWN) return must('M1', 'The message has type UNKNOWN');
  if (type < 0 || type > MessageType.CONNECTION_RESET) {
    // M10: an unknown message that is marked ignorable is relayed.
    return scanner.ignorable ? undefined : must('M10', `Type ${type} is not known and not marked ignorable`);
  }
  if (type === MessageType.SESSION_RESET || type === MessageType.SERVICE_IDS) {
    return must('M5', `${name} came from the ${from}; only the service sends it`);
  }
  if (
    from === 'destination' &&
    (type === MessageType.STREAM_START || type === MessageType.CONNECTION_START)
  ) {
    return must('M4', `${name} came from the destination; only a source sends it`);
  }
  if (streamId === 0 && isStreamMessage(type)) return must('M2', `${name} has stream id 0`);
  if (payloadLength > MAX_PAYLOAD_BYTES) {
    return must(
      'M3',
      `${name} has a payload of ${payloadLength} bytes; at most ${MAX_PAYLOAD_BYTES} are allowed`,
    );
  }
  return undefined;
}
