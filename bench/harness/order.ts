/**
 * The order in which a round takes its samples: as listed, and reversed in every second round. So a machine that becomes
 * slower or faster during the run favours no contender.
 */
export function roundOrder<T>(names: readonly T[], round: number): T[] {
  return round % 2 === 0 ? [...names] : [...names].reverse();
}
