import type { Comparison } from './bench.js';
import type { Estimate } from './statistics.js';

/** `unclear` means that the target lies inside the interval. */
export type Verdict = 'met' | 'missed' | 'unclear' | 'no target';

export function verdictOf({ low, high }: Estimate, target: Comparison['target']): Verdict {
  if (target === undefined) return 'no target';
  const isMet = (ratio: number) => ('atMost' in target ? ratio <= target.atMost : ratio >= target.atLeast);
  if (isMet(low) && isMet(high)) return 'met';
  return isMet(low) || isMet(high) ? 'unclear' : 'missed';
}
