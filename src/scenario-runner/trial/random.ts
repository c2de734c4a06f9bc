import { createHash, randomInt } from 'node:crypto';
import { SeededBytes } from './seeded-bytes.js';

/** A run has one of so many seeds. */
const SEEDS = 2 ** 31;
const SEED_BYTES = 16;

/** A seed for a run that was told none. */
export function newSeed(): number {
  return randomInt(SEEDS);
}

/** What one scenario draws: the same again from the same seed, so that a run can be repeated. */
export class Random {
  readonly #bytes: SeededBytes;

  /** @param of what it is drawn for: others draw other things from the seed */
  constructor(seed: number, of: string) {
    this.#bytes = new SeededBytes(
      createHash('sha256').update(`${seed} ${of}`).digest().subarray(0, SEED_BYTES),
    );
  }

  /** Bytes that look random. */
  bytes(count: number): Buffer {
    const parts: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const part = this.#bytes.next(left);
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** A whole number from `least` up to, and without, `end`. */
  integer(least: number, end: number): number {
    return least + Math.floor((this.bytes(4).readUInt32BE() / 2 ** 32) * (end - least));
  }
}
