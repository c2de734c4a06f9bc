import { isStreamMessage, type MessageScanner, MessageType, type Side } from '../../protocol/index.js';
import type { StreamLedger } from './stream-ledger.js';

/**
 * Records in the ledger which streams and connections a frame starts or ends. {@link judgeFrame} calls this for frames
 * that it accepts. Others call it for a frame that is relayed although it breaks a rule, or without being judged.
 */
export function trackFrame(
  ledger: StreamLedger,
  from: Side,
  scanner: MessageScanner,
  bytes: Uint8Array,
): void {
  const { type, streamId, connectionId } = scanner;
  if (scanner.errorCode !== undefined || streamId === 0 || !isStreamMessage(type)) return;
  if (type === MessageType.STREAM_START) {
    if (from === 'source') ledger.start(scanner, bytes);
    return;
  }
  if (scanner.serviceIdLength > 0) ledger.habits[from].named = true;
  const line = ledger.resolve(scanner, bytes);
  if (line === undefined || line.currentId !== streamId) return; // stale: its receiver drops it (S7)
  ledger.lastLine[from] = line;
  if (type === MessageType.STREAM_RESET) ledger.end(line, from);
  else if (type === MessageType.CONNECTION_RESET) ledger.endConnection(line, connectionId, from);
  else if (type === MessageType.CONNECTION_START && from === 'source')
    ledger.startConnection(line, connectionId);
}
