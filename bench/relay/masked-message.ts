/** A binary WebSocket message of a client (RFC 6455 section 5.2), in one frame. */
export function maskedMessage(payload: Uint8Array, seed: number): Buffer {
  const header = headerOf(payload.length);
  // The mask is never zero, because some receivers then skip the unmasking.
  const mask = Buffer.from([0x5a, 0x11 + (seed & 0x7f), 0xc3, 0x78]);
  const masked = Buffer.from(payload);
  for (let i = 0; i < masked.length; i++) masked[i]! ^= mask[i & 3]!;
  return Buffer.concat([header, mask, masked]);
}

function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([0x82, 0x80 | length]);
  const header = Buffer.alloc(length < 65_536 ? 4 : 10);
  header[0] = 0x82;
  header[1] = 0x80 | (length < 65_536 ? 126 : 127);
  if (length < 65_536) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
