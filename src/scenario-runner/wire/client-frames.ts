/** A WebSocket frame as a client sent it, mask taken off. */
export interface ClientFrame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly reserved: number;
  readonly masked: boolean;
  readonly payload: Buffer;
}

/** Frames beyond this are not gathered: W2 allows 131076, and nothing from outside may exhaust memory. */
const MAX_GATHERED_BYTES = 16 * 1024 * 1024;

/**
 * Cuts the bytes of a client into WebSocket frames. Written for the suite, apart from any WebSocket library, because
 * the suite must see what a library would hide: masks, fragments, control frames, reserved bits.
 */
export class ClientFrameReader {
  readonly #onFrame: (frame: ClientFrame) => void;
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = 2;

  constructor(onFrame: (frame: ClientFrame) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes the next bytes. @throws {RangeError} where a frame announces more than can be gathered. */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      this.#chunks = [bytes];
      const taken = this.#read(bytes);
      if (taken === 0) continue;
      this.#chunks = taken < bytes.length ? [bytes.subarray(taken)] : [];
      this.#held = bytes.length - taken;
      this.#wanted = 2;
    }
  }

  /** Reads one frame; returns the bytes taken, or 0 and sets how many are wanted. */
  #read(bytes: Buffer): number {
    const second = bytes[1]!;
    const masked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
    const header = 2 + extra + (masked ? 4 : 0);
    if (bytes.length < header) return this.#want(header);
    const length =
      extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : short;
    if (length > MAX_GATHERED_BYTES) {
      throw new RangeError(`The client announced a WebSocket frame of ${length} bytes`);
    }
    if (bytes.length < header + length) return this.#want(header + length);
    const payload = Buffer.from(bytes.subarray(header, header + length));
    if (masked) {
      const mask = bytes.subarray(header - 4, header);
      for (let i = 0; i < length; i++) payload[i]! ^= mask[i & 3]!;
    }
    const first = bytes[0]!;
    this.#onFrame({
      opcode: first & 0x0f,
      fin: (first & 0x80) !== 0,
      reserved: (first >> 4) & 7,
      masked,
      payload,
    });
    return header + length;
  }

  #want(count: number): 0 {
    this.#wanted = count;
    return 0;
  }
}
