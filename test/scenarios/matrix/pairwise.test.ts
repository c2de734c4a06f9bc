import { describe, expect, it } from 'vitest';
import { allCombinations, pairwise } from '../../../scenarios/matrix/support/pairwise.js';

describe('pairwise', () => {
  const sizes = [5, 12, 4];

  it('covers every pair of values with far fewer combinations than all', () => {
    const chosen = pairwise(sizes, () => true);
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      for (const [x, y] of allCombinations([sizes[a]!, sizes[b]!])) {
        expect(chosen.some((c) => c[a] === x && c[b] === y)).toBe(true);
      }
    }
    expect(chosen.length).toBeLessThan(allCombinations(sizes).length / 2);
  });

  it('takes no combination that makes no sense', () => {
    const allows = ([a, b]: readonly number[]): boolean => a !== 0 || b !== 0;
    expect(pairwise(sizes, allows).every(allows)).toBe(true);
  });
});
