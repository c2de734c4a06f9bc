/** WebSocket opcodes (RFC 6455, 5.2). */
export const Opcode = { CONTINUATION: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 } as const;

/** A WebSocket frame of the scripted service. Every field can be set, to right or wrong values. */
export interface ServerFrame {
  readonly opcode: number;
  readonly payload: Uint8Array;
  /** Default true. */
  readonly fin?: boolean;
  /** RSV1–3 as a number from 0 to 7; a service that negotiated no extension sends 0. */
  readonly reserved?: number;
  /** Four bytes. A server must not mask, so this is only for scenarios about invalid WebSocket streams (W6). */
  readonly mask?: Uint8Array;
}

/** Encodes a frame. */
export function encodeServerFrame(frame: ServerFrame): Buffer {
  const { length } = frame.payload;
  const extra = length > 65_535 ? 8 : length > 125 ? 2 : 0;
  const maskBytes = frame.mask === undefined ? 0 : 4;
  const bytes = Buffer.alloc(2 + extra + maskBytes + length);
  bytes[0] = ((frame.fin ?? true) ? 0x80 : 0) | ((frame.reserved ?? 0) << 4) | frame.opcode;
  bytes[1] = (frame.mask === undefined ? 0 : 0x80) | (extra === 8 ? 127 : extra === 2 ? 126 : length);
  if (extra === 2) bytes.writeUInt16BE(length, 2);
  if (extra === 8) bytes.writeBigUInt64BE(BigInt(length), 2);
  const start = 2 + extra + maskBytes;
  bytes.set(frame.payload, start);
  if (frame.mask !== undefined) {
    bytes.set(frame.mask, 2 + extra);
    for (let i = 0; i < length; i++) bytes[start + i]! ^= frame.mask[i & 3]!;
  }
  return bytes;
}

/** A complete binary frame with these bytes. */
export function binary(payload: Uint8Array): ServerFrame {
  return { opcode: Opcode.BINARY, payload };
}

/** The payload of a close frame. */
export function closePayload(code: number, reason = ''): Buffer {
  const text = Buffer.from(reason);
  const bytes = Buffer.alloc(2 + text.length);
  bytes.writeUInt16BE(code, 0);
  text.copy(bytes, 2);
  return bytes;
}
