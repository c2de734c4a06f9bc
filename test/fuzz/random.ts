import { createHash } from 'node:crypto';

/** Numbers for a fuzzer: the same for the same seed, and cheap enough to make every byte of a billion frames. */
export class Random {
  #state: number;

  /** A seed of any kind; parts of it are joined. */
  constructor(...seed: readonly (string | number)[]) {
    this.#state = createHash('sha256').update(seed.join('\0')).digest().readUInt32LE(0);
  }

  /** An unsigned number of 32 bits (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    const a = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a;
    return (b ^ (b >>> 14)) >>> 0;
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    return limit <= 1 ? 0 : this.next() % limit;
  }

  /** True once in so many. */
  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(values: readonly T[]): T {
    return values[this.below(values.length)]!;
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }
}
