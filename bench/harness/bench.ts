/** What one sample measured, by name. The name ends in its unit: `cpuNsPerByte`, `requestsPerSecond`. */
export type Metrics = Readonly<Record<string, number>>;

/**
 * Measures once, in a process that has measured nothing before. `scale` multiplies the amount of work: 1 gives steady
 * figures, a thousandth shows that it runs.
 */
export type Sampler = (scale: number) => Promise<Metrics> | Metrics;

/** A question about two contenders: the ratio of a metric of one to that of the other, round by round. */
export interface Comparison {
  readonly metric: string;
  readonly of: string;
  readonly against: string;
  /** What the project promises of the ratio, where it promises something. */
  readonly target?: { readonly atMost: number } | { readonly atLeast: number };
}

/** One kind of work, done by several contenders. */
export interface BenchCase {
  readonly name: string;
  readonly contenders: Readonly<Record<string, Sampler>>;
  readonly comparisons: readonly Comparison[];
}

export interface Bench {
  readonly name: string;
  /** One line for `--list`. */
  readonly description: string;
  readonly cases: readonly BenchCase[];
}

/** The case of that name; names come from the command line. */
export function caseNamed(bench: Bench, name: string): BenchCase {
  const found = bench.cases.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`Bench ${bench.name} has no case ${JSON.stringify(name)}`);
  return found;
}
