/** A median, and an interval that contains the true median with the given confidence. */
export interface Estimate {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** The probability that the interval contains the true median. With fewer than six samples it cannot reach 0.95. */
  readonly confidence: number;
}

export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('An empty list has no median; give at least one value');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * The median and its interval by order statistics: between the k-th smallest and the k-th largest value, with the
 * largest k that still reaches `confidence`. It assumes nothing about the distribution.
 */
export function estimate(values: readonly number[], confidence = 0.95): Estimate {
  const sorted = [...values].sort((a, b) => a - b);
  const n = sorted.length;
  let k = 1;
  while (2 * (k + 1) <= n && coverage(n, k + 1) >= confidence) k++;
  return { median: median(sorted), low: sorted[k - 1]!, high: sorted[n - k]!, confidence: coverage(n, k) };
}

/** The probability that the true median lies between the k-th smallest and the k-th largest of n values. */
export function coverage(n: number, k: number): number {
  // Each value is below the median with probability 1/2. The interval misses the median if fewer than k values lie on
  // one side.
  let outside = 0;
  let combinations = 1;
  for (let i = 0; i < k; i++) {
    outside += combinations;
    combinations = (combinations * (n - i)) / (i + 1);
  }
  return Math.max(0, 1 - (2 * outside) / 2 ** n);
}

/** The ratios of two contenders, for each round. They are paired, because a slow round is slow for both. */
export function ratios(of: readonly number[], against: readonly number[]): number[] {
  if (of.length !== against.length) {
    throw new Error(`Paired samples are needed; there are ${of.length} and ${against.length}`);
  }
  return of.map((value, round) => value / against[round]!);
}
