import { type Cipher, createCipheriv, randomBytes } from 'node:crypto';

const BLOCK_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(BLOCK_BYTES);
const SEED_BYTES = 16;

/** An endless sequence of bytes that look random and do not repeat. The same seed gives the same sequence. */
export class SeededBytes {
  readonly #cipher: Cipher;

  constructor(seed: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ctr', seed, Buffer.alloc(SEED_BYTES));
  }

  /** A seed that no other transfer has. */
  static newSeed(): Buffer {
    return randomBytes(SEED_BYTES);
  }

  /** The next bytes: as many as asked for, but at most a block of 64 KiB. */
  next(count: number): Buffer {
    return this.#cipher.update(ZEROS.subarray(0, Math.min(count, BLOCK_BYTES)));
  }
}

/**
 * Compares bytes, as they arrive, with the sequence of a seed. It keeps only the place of the first difference. So a
 * transfer of any size is checked completely in constant memory.
 */
export class ExpectedBytes {
  readonly total: number;
  received = 0;
  /** The position of the first wrong byte. */
  firstDifference: number | undefined;
  readonly #source: SeededBytes;
  #ahead: Buffer = Buffer.alloc(0);
  #drawn = 0;

  constructor(seed: Uint8Array, total: number) {
    this.#source = new SeededBytes(seed);
    this.total = total;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && this.firstDifference === undefined) {
      const part = Math.min(chunk.length - at, this.#expects());
      const wanted = this.#ahead.subarray(0, part);
      const position = this.received + at;
      if (part === 0) this.firstDifference = position;
      else if (wanted.compare(chunk, at, at + part) !== 0) {
        this.firstDifference = position + wanted.findIndex((byte, i) => byte !== chunk[at + i]);
      }
      this.#ahead = this.#ahead.subarray(part);
      at += part;
    }
    this.received += chunk.length;
  }

  /** Whether all bytes have arrived, or can no longer arrive. */
  get isOver(): boolean {
    return this.received >= this.total || this.firstDifference !== undefined;
  }

  /** The number of expected bytes that are ready. 0 if no more are expected. */
  #expects(): number {
    if (this.#ahead.length === 0) {
      this.#ahead = this.#source.next(this.total - this.#drawn);
      this.#drawn += this.#ahead.length;
    }
    return this.#ahead.length;
  }
}
