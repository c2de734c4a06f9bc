import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpectedBytes, SeededBytes } from '../../src/scenario-runner/trial/seeded-bytes.js';

function drawn(seed: Uint8Array, total: number): Buffer {
  const source = new SeededBytes(seed);
  const parts: Buffer[] = [];
  for (let left = total; left > 0; left -= parts.at(-1)!.length) parts.push(source.next(left));
  return Buffer.concat(parts);
}

function pushAll(expected: ExpectedBytes, bytes: Uint8Array, sizes: readonly number[]): void {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length]!;
    expected.push(bytes.subarray(at, at + size));
    at += size;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 });
const total = fc.integer({ min: 1, max: 300_000 });

describe('expected bytes', () => {
  it('are recognised however they are cut', () => {
    fc.assert(
      fc.property(total, sizes, (count, cuts) => {
        const seed = SeededBytes.newSeed();
        const expected = new ExpectedBytes(seed, count);
        pushAll(expected, drawn(seed, count), cuts);
        expect(expected).toMatchObject({ received: count, firstDifference: undefined, isOver: true });
      }),
      { numRuns: 40 },
    );
  });

  it('tell where the first wrong byte is', () => {
    fc.assert(
      fc.property(total, sizes, fc.nat(), (count, cuts, where) => {
        const seed = SeededBytes.newSeed();
        const bytes = drawn(seed, count);
        const position = where % count;
        bytes[position]! ^= 1;
        const expected = new ExpectedBytes(seed, count);
        pushAll(expected, bytes, cuts);
        expect(expected).toMatchObject({ firstDifference: position, isOver: true });
      }),
      { numRuns: 40 },
    );
  });

  it('are over only when all have come', () => {
    const seed = SeededBytes.newSeed();
    const expected = new ExpectedBytes(seed, 100_000);
    expected.push(drawn(seed, 99_999));
    expect(expected).toMatchObject({ received: 99_999, isOver: false });
  });

  it('do not include what comes beyond the last', () => {
    const seed = SeededBytes.newSeed();
    const expected = new ExpectedBytes(seed, 1000);
    expected.push(drawn(seed, 1001));
    expect(expected.firstDifference).toBe(1000);
  });
});
