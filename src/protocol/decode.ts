import { EMPTY_PAYLOAD, type Message, NO_SERVICE_IDS } from './message.js';
import { MessageScanner } from './message-scanner.js';
import { readUtf8 } from './utf8.js';

const scanner = new MessageScanner();

/**
 * Decodes one message (length prefix not included). The payload is a view of `bytes`, not a copy.
 * @throws {ProtocolError} if the bytes do not parse (M11). It throws nothing else.
 */
export function decodeMessage(bytes: Uint8Array, start = 0, end = bytes.length): Message {
  if (!scanner.scan(bytes, start, end)) throw scanner.error();
  const { payloadStart, payloadLength } = scanner;
  return {
    type: scanner.type,
    streamId: scanner.streamId,
    ignorable: scanner.ignorable,
    payload: payloadLength > 0 ? bytes.subarray(payloadStart, payloadStart + payloadLength) : EMPTY_PAYLOAD,
    serviceId: scanner.serviceId(),
    availableServiceIds:
      scanner.availableServiceIdCount > 0 ? readServiceIds(bytes, start, end) : NO_SERVICE_IDS,
    connectionId: scanner.connectionId,
  };
}

/**
 * Reads the repeated field in a second pass, over bytes that are known to parse. SERVICE_IDS is rare, so this is cheap.
 */
function readServiceIds(bytes: Uint8Array, start: number, end: number): string[] {
  const ids: string[] = [];
  const walker = new MessageScanner();
  walker.onServiceId = (from, to) => ids.push(readUtf8(bytes, from, to)!);
  walker.scan(bytes, start, end);
  return ids;
}
