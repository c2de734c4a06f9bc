/** What the header of a WebSocket frame says. */
export interface FrameHeader {
  readonly opcode: number;
  readonly fin: boolean;
  readonly reserved: number;
  readonly masked: boolean;
  /** The length of the payload in bytes. It is not exact above 2^53. */
  readonly length: number;
  /** The header itself. */
  readonly bytes: Buffer;
}

/** A WebSocket frame of a client, without its mask. */
export interface ClientFrame extends Omit<FrameHeader, 'length' | 'bytes'> {
  readonly payload: Buffer;
}

/** Larger frames are not collected. W2 allows 131076 bytes, and no client may exhaust the memory. */
const MAX_GATHERED_BYTES = 16 * 1024 * 1024;

/**
 * Cuts the bytes of a client into WebSocket frames. It is not part of a WebSocket library, because the suite must see
 * what a library hides: masks, fragments, control frames, reserved bits.
 */
export class ClientFrameReader {
  readonly #onFrame: (frame: ClientFrame) => void;
  readonly #onHeader: (header: FrameHeader) => void;
  #chunks: Buffer[] = [];
  #held = 0;
  #wanted = 2;
  #header: FrameHeader | undefined;
  #stopped = false;

  /** @param onHeader called for each frame before its payload has arrived */
  constructor(onFrame: (frame: ClientFrame) => void, onHeader: (header: FrameHeader) => void = () => {}) {
    this.#onFrame = onFrame;
    this.#onHeader = onHeader;
  }

  /** Reads nothing more. Later bytes are ignored. */
  stop(): void {
    this.#stopped = true;
    this.#chunks = [];
    this.#held = 0;
  }

  /** Takes the next bytes. @throws {RangeError} if a frame announces more bytes than can be collected. */
  push(chunk: Buffer): void {
    if (this.#stopped) return;
    this.#chunks.push(chunk);
    this.#held += chunk.length;
    while (this.#held >= this.#wanted) {
      const bytes = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
      this.#chunks = [bytes];
      const taken = this.#read(bytes);
      if (this.#stopped) return;
      if (taken === 0) continue;
      this.#chunks = taken < bytes.length ? [bytes.subarray(taken)] : [];
      this.#held = bytes.length - taken;
      this.#wanted = 2;
    }
  }

  /**
   * Reads one frame and returns the number of bytes taken. If the frame is incomplete, returns 0 and sets how many
   * bytes are needed.
   */
  #read(bytes: Buffer): number {
    const second = bytes[1]!;
    const masked = (second & 0x80) !== 0;
    const short = second & 0x7f;
    const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
    const start = 2 + extra + (masked ? 4 : 0);
    if (bytes.length < start) return this.#want(start);
    const header = this.#header ?? this.#readHeader(bytes, extra, start);
    this.#header = header;
    if (this.#stopped) return 0;
    const { length } = header;
    if (length > MAX_GATHERED_BYTES) {
      throw new RangeError(`The client announced a WebSocket frame of ${length} bytes`);
    }
    if (bytes.length < start + length) return this.#want(start + length);
    const payload = Buffer.from(bytes.subarray(start, start + length));
    if (masked) {
      const mask = bytes.subarray(start - 4, start);
      for (let i = 0; i < length; i++) payload[i]! ^= mask[i & 3]!;
    }
    this.#header = undefined;
    const { length: _, bytes: __, ...rest } = header;
    this.#onFrame({ ...rest, payload });
    return start + length;
  }

  #readHeader(bytes: Buffer, extra: number, end: number): FrameHeader {
    const [first, second] = [bytes[0]!, bytes[1]!];
    const header = {
      opcode: first & 0x0f,
      fin: (first & 0x80) !== 0,
      reserved: (first >> 4) & 7,
      masked: (second & 0x80) !== 0,
      length:
        extra === 8 ? Number(bytes.readBigUInt64BE(2)) : extra === 2 ? bytes.readUInt16BE(2) : second & 0x7f,
      bytes: Buffer.from(bytes.subarray(0, end)),
    };
    this.#onHeader(header);
    return header;
  }

  #want(count: number): 0 {
    this.#wanted = count;
    return 0;
  }
}
