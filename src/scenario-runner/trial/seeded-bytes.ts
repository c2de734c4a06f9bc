import { type Cipher, createCipheriv, randomBytes } from 'node:crypto';

const BLOCK_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(BLOCK_BYTES);
const SEED_BYTES = 16;

/** Bytes without end that look random, never repeat, and come again in the same order from the same seed. */
export class SeededBytes {
  readonly #cipher: Cipher;

  constructor(seed: Uint8Array) {
    this.#cipher = createCipheriv('aes-128-ctr', seed, Buffer.alloc(SEED_BYTES));
  }

  /** A seed that no other transfer has. */
  static newSeed(): Buffer {
    return randomBytes(SEED_BYTES);
  }

  /** The next bytes: as many as asked for, or a block of 64 KiB where that is less. */
  next(count: number): Buffer {
    return this.#cipher.update(ZEROS.subarray(0, Math.min(count, BLOCK_BYTES)));
  }
}

/**
 * Compares bytes with what a seed gives, as they come: nothing of them is kept but where they first differ, so that a
 * transfer of any size is checked to the last byte in constant memory.
 */
export class ExpectedBytes {
  readonly total: number;
  received = 0;
  /** Position of the first byte that is not as expected. */
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

  /** Whether all has come, or it is clear that it never will. */
  get isOver(): boolean {
    return this.received >= this.total || this.firstDifference !== undefined;
  }

  /** How many expected bytes are at hand; 0 where no more are expected. */
  #expects(): number {
    if (this.#ahead.length === 0) {
      this.#ahead = this.#source.next(this.total - this.#drawn);
      this.#drawn += this.#ahead.length;
    }
    return this.#ahead.length;
  }
}
