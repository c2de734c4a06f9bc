import type { ProtocolErrorCode } from '../../src/protocol/index.js';

/**
 * Whether protobufjs takes what ours refuses for a reason that is settled in docs/protocol.md: it skips a varint of any length
 * in an unknown field (D34), and takes a 101st group in another if nothing is in it (D35).
 */
export function isKnownDifference(
  body: Uint8Array,
  error: { readonly code: ProtocolErrorCode; readonly offset: number },
): boolean {
  if (error.code === 'MALFORMED_VARINT') {
    const ten = body.subarray(error.offset, error.offset + 10);
    return ten.length === 10 && ten.every((byte) => byte >= 0x80);
  }
  const startsGroup = (body[error.offset]! & 7) === 3;
  return error.code === 'UNBALANCED_GROUP' && startsGroup && error.offset >= 100;
}
