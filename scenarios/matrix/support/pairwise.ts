/** A combination: for each dimension the index of its value. */
export type Combination = readonly number[];

/**
 * A small set of combinations. If two values of different dimensions can occur together, they do so in one of the
 * combinations. The algorithm is greedy and not random: the same dimensions give the same set.
 * @param sizes how many values each dimension has
 * @param allows whether a combination makes sense. Pairs that occur only in other combinations are left out
 * @param pairsOf the pairs that a combination covers, by name; default every two of its values
 */
export function pairwise(
  sizes: readonly number[],
  allows: (combination: Combination) => boolean,
  pairsOf: (combination: Combination) => readonly string[] = allPairsOf,
): Combination[] {
  const all = allCombinations(sizes)
    .filter(allows)
    .map((combination) => ({ combination, pairs: pairsOf(combination) }));
  const missing = new Set(all.flatMap(({ pairs }) => pairs));
  const chosen: Combination[] = [];
  while (missing.size > 0) {
    let best = all[0]!;
    let bestGain = 0;
    for (const candidate of all) {
      const gain = candidate.pairs.filter((pair) => missing.has(pair)).length;
      if (gain > bestGain) {
        best = candidate;
        bestGain = gain;
      }
    }
    chosen.push(best.combination);
    for (const pair of best.pairs) missing.delete(pair);
  }
  return chosen;
}

/** Every combination of the dimensions' values. */
export function allCombinations(sizes: readonly number[]): Combination[] {
  return sizes.reduce<Combination[]>(
    (made, size) => made.flatMap((start) => Array.from({ length: size }, (_, i) => [...start, i])),
    [[]],
  );
}

function allPairsOf(combination: Combination): string[] {
  const pairs: string[] = [];
  for (let a = 0; a < combination.length; a++) {
    for (let b = a + 1; b < combination.length; b++)
      pairs.push(`${a}=${combination[a]},${b}=${combination[b]}`);
  }
  return pairs;
}
