import { createHash } from 'node:crypto';

/** Returns the next number of a sequence. */
export type NumberSource = () => number;

/**
 * Numbers from 0 up to, but not including, 1. The same seed gives the same numbers (mulberry32). Do not use it for
 * secrets.
 */
export function seededNumbers(seed: string | number): NumberSource {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
