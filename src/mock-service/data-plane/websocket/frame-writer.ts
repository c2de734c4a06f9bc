import { MAX_REASON_BYTES } from './opcodes.js';

/** The longest header that a server writes, in bytes. It has no mask. */
export const LONGEST_SERVER_HEADER = 10;

/** Writes the header of an unmasked frame with FIN set. Returns the offset of the payload. */
export function writeHeader(target: Buffer, at: number, opcode: number, length: number): number {
  target[at] = 0x80 | opcode;
  if (length < 126) {
    target[at + 1] = length;
    return at + 2;
  }
  if (length < 65_536) {
    target[at + 1] = 126;
    return target.writeUInt16BE(length, at + 2);
  }
  target[at + 1] = 127;
  target.writeUInt32BE(Math.floor(length / 2 ** 32), at + 2);
  return target.writeUInt32BE(length % 2 ** 32, at + 6);
}

/** The payload of a close frame. A reason that is too long is cut between two characters. */
export function closePayload(code: number, reason: string): Buffer {
  const text = Buffer.from(cutToBytes(reason, MAX_REASON_BYTES));
  const payload = Buffer.allocUnsafe(2 + text.length);
  payload.writeUInt16BE(code, 0);
  payload.set(text, 2);
  return payload;
}

function cutToBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text;
  let kept = '';
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > limit) break;
    kept += character;
  }
  return kept;
}
