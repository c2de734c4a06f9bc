import {
  decodeMessage,
  encodedLength,
  encodeMessage,
  type Message,
  MessageScanner,
} from '../../../src/protocol/index.js';
import { decodeWithReference, encodeWithReference } from '../../../src/protocol/reference/index.js';
import { isKnownDifference } from '../../support/reference-quirks.js';

const scanner = new MessageScanner();

/** How scanner, codec and protobufjs read one body differently; undefined where they agree. `thorough` encodes it again too. */
export function difference(
  bytes: Uint8Array,
  start: number,
  end: number,
  thorough: boolean,
): string | undefined {
  const body = bytes.subarray(start, end);
  const taken = scanner.scan(bytes, start, end);
  let theirs: Message | undefined;
  try {
    theirs = decodeWithReference(body);
  } catch {
    // Refused: there is nothing to compare.
  }
  if (!taken) {
    const { errorCode: code, errorOffset: offset } = scanner;
    if (code === undefined || offset < 0 || offset > body.length)
      return `no place of the error: ${code} at ${offset}`;
    if (theirs === undefined || isKnownDifference(body, { code, offset })) return undefined;
    return `protobufjs takes what the scanner refuses (${code} at ${offset})`;
  }
  if (theirs === undefined) return 'the scanner takes what protobufjs refuses';
  return (
    scannedDifference(bytes, theirs) ?? (thorough ? codecDifference(bytes, start, end, theirs) : undefined)
  );
}

function scannedDifference(bytes: Uint8Array, theirs: Message): string | undefined {
  const { type, streamId, ignorable, connectionId, payloadStart, payloadLength, availableServiceIdCount } =
    scanner;
  if (type !== theirs.type) return `type ${type}, protobufjs ${theirs.type}`;
  if (streamId !== theirs.streamId) return `stream id ${streamId}, protobufjs ${theirs.streamId}`;
  if (ignorable !== theirs.ignorable) return `ignorable ${ignorable}, protobufjs ${theirs.ignorable}`;
  if (connectionId !== theirs.connectionId)
    return `connection id ${connectionId}, protobufjs ${theirs.connectionId}`;
  if (scanner.serviceId() !== theirs.serviceId)
    return `service id ${scanner.serviceId()}, protobufjs ${theirs.serviceId}`;
  if (availableServiceIdCount !== theirs.availableServiceIds.length)
    return `${availableServiceIdCount} service ids`;
  if (!sameBytes(bytes.subarray(payloadStart, payloadStart + payloadLength), theirs.payload))
    return 'the payload';
  return undefined;
}

function codecDifference(bytes: Uint8Array, start: number, end: number, theirs: Message): string | undefined {
  const ours = decodeMessage(bytes, start, end);
  if (ours.availableServiceIds.some((id, i) => id !== theirs.availableServiceIds[i]))
    return 'the service ids';
  const again = encodeMessage(ours);
  if (again.length !== encodedLength(ours))
    return `encoded to ${again.length} bytes, not ${encodedLength(ours)}`;
  if (!sameBytes(again, encodeWithReference(theirs))) return 'the two encode it differently';
  return undefined;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
