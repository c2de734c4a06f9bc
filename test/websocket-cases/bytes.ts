import { rawFrame } from '../support/raw-websocket.js';

/** Opcodes (RFC 6455, 5.2). */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Shorthand for the frames of a client; each is masked unless the case says otherwise. */
export const frame = rawFrame;
export const ping = (payload: Uint8Array | string = ''): Buffer => rawFrame(PING, payload);
export const pong = (payload: Uint8Array | string = ''): Buffer => rawFrame(PONG, payload);
export const binary = (payload: Uint8Array | string = ''): Buffer => rawFrame(BINARY, payload);
export const text = (payload: Uint8Array | string = ''): Buffer => rawFrame(TEXT, payload);

/** A close frame with a code and, as text or bytes, a reason. */
export function close(code: number, reason: Uint8Array | string = ''): Buffer {
  return rawFrame(CLOSE, Buffer.concat([uint16(code), Buffer.from(reason as Uint8Array)]));
}

/** One message in as many frames as there are payloads. */
export function fragmented(payloads: readonly (Uint8Array | string)[], opcode = BINARY): Buffer[] {
  return payloads.map((payload, i) =>
    rawFrame(i === 0 ? opcode : 0, payload, { fin: i === payloads.length - 1 }),
  );
}

/** Bytes in pieces of at most `size`. */
export function inPieces(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

export const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** A frame with its length in the form of the given number of bytes, whether or not a shorter one would do. */
export function withLengthIn(lengthBytes: 2 | 8, opcode: number, payload: Uint8Array): Buffer {
  const length = Buffer.alloc(lengthBytes);
  if (lengthBytes === 2) length.writeUInt16BE(payload.length);
  else length.writeBigUInt64BE(BigInt(payload.length));
  const head = [0x80 | opcode, 0x80 | (lengthBytes === 2 ? 126 : 127)];
  return Buffer.concat([Buffer.from(head), length, NO_MASK, payload]);
}

/** The header alone of a frame that announces so many bytes. */
export function announcing(length: bigint, opcode = BINARY): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, length));
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | 127]), bytes, NO_MASK]);
}

/** A mask that changes nothing is a mask (5.3). */
export const NO_MASK = Buffer.alloc(4);

/** STREAM_START of stream 1, service SSH, connection 1 (V3), its length in front. */
export const START = hex('000b 0802 1001 2a03535348 3801');

/** So many tunnel bytes in all: {@link START}, then whole DATA messages of its stream. */
export function tunnelBytes(total: number): Buffer {
  const parts = [START];
  for (let left = total - START.length; left > 0; ) {
    const next = dataOf(left > LONGEST_DATA + SHORTEST_DATA ? LONGEST_DATA : left) ?? dataOf(SHORTEST_DATA)!;
    parts.push(next);
    left -= next.length;
    if (left !== 0 && left < SHORTEST_DATA) throw new RangeError(`${total} bytes are no whole messages`);
  }
  return Buffer.concat(parts);
}

const LONGEST_DATA = 60_000;
const SHORTEST_DATA = 16;

/** A DATA message of so many bytes, its length in front; undefined where none has just that length. */
function dataOf(length: number): Buffer | undefined {
  for (const countBytes of [1, 2, 3]) {
    const count = length - 14 - countBytes;
    const varint = varintOf(count);
    if (count < 1 || varint.length !== countBytes) continue;
    const payload = Buffer.alloc(count, 0x2a);
    const body = Buffer.concat([hex('0801 1001 22'), varint, payload, hex('2a03535348 3801')]);
    return Buffer.concat([uint16(body.length), body]);
  }
  return undefined;
}

function varintOf(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Buffer.from(bytes);
  }
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
