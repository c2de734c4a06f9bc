import type { ProtocolErrorCode } from '../../src/protocol/index.js';

/**
 * Where protobufjs accepts what protobuf forbids: it skips a varint of any length in an unknown field, while a varint
 * has at most ten bytes. Ours refuses it, as the other parsers do.
 */
export function isOverlongVarint(
  body: Uint8Array,
  error: { readonly code: ProtocolErrorCode; readonly offset: number },
): boolean {
  if (error.code !== 'MALFORMED_VARINT') return false;
  const ten = body.subarray(error.offset, error.offset + 10);
  return ten.length === 10 && ten.every((byte) => byte >= 0x80);
}
