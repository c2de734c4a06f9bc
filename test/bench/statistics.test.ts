import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coverage, estimate, median, ratios } from '../../bench/harness/statistics.js';

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([7])).toBe(7);
  });

  it('does not reorder what it was given', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('refuses no values', () => {
    expect(() => median([])).toThrow('at least one value');
  });
});

describe('coverage', () => {
  it('agrees with the published table of order-statistics intervals', () => {
    // n, k, confidence in percent; e.g. between the smallest and the largest of six: 96.9
    const table = [
      [5, 1, 93.75],
      [6, 1, 96.875],
      [9, 2, 96.09],
      [11, 2, 98.83],
      [12, 3, 96.14],
      [20, 6, 95.86],
    ] as const;
    for (const [n, k, percent] of table) expect(100 * coverage(n, k)).toBeCloseTo(percent, 1);
  });

  it('counts every way that fewer than k of n values can lie on one side', () => {
    for (const n of [2, 5, 8]) {
      for (let k = 1; 2 * k <= n; k++) {
        let inside = 0;
        for (let sides = 0; sides < 2 ** n; sides++) {
          const below = [...sides.toString(2)].filter((bit) => bit === '1').length;
          if (below >= k && n - below >= k) inside++;
        }
        expect(coverage(n, k)).toBeCloseTo(inside / 2 ** n, 10);
      }
    }
  });
});

describe('estimate', () => {
  it('takes the narrowest interval that reaches the confidence', () => {
    const values = Array.from({ length: 12 }, (_, i) => i + 1);
    expect(estimate(values)).toMatchObject({ median: 6.5, low: 3, high: 10 });
  });

  it('takes all there is, and says how little that is, where samples are few', () => {
    expect(estimate([2, 1, 3])).toEqual({ median: 2, low: 1, high: 3, confidence: 0.75 });
    expect(estimate([5])).toEqual({ median: 5, low: 5, high: 5, confidence: 0 });
  });

  it('is moved by no single wild sample', () => {
    const calm = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20];
    const { median: before } = estimate(calm);
    const { median: after, high } = estimate([...calm.slice(0, -1), 1e9]);
    expect(after).toBe(before);
    expect(high).toBeLessThan(100);
  });

  it('holds the median of any samples, and reaches 95 % from six on', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 6, maxLength: 40 }),
        (values) => {
          const { median: middle, low, high, confidence } = estimate(values);
          expect(low).toBeLessThanOrEqual(middle);
          expect(high).toBeGreaterThanOrEqual(middle);
          expect(confidence).toBeGreaterThanOrEqual(0.95);
        },
      ),
    );
  });
});

describe('ratios', () => {
  it('are taken round by round', () => {
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
  });

  it('need pairs', () => {
    expect(() => ratios([1, 2], [1])).toThrow('there are 2 and 1');
  });
});
