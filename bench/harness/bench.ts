/** The figures of one sample, by name. Each name ends with its unit: `cpuNsPerByte`, `requestsPerSecond`. */
export type Metrics = Readonly<Record<string, number>>;

/**
 * Measures once, in a process that has measured nothing before. `scale` multiplies the amount of work. 1 gives stable
 * figures; 0.001 only shows that the bench runs.
 */
export type Sampler = (scale: number) => Promise<Metrics> | Metrics;

/** A comparison of two contenders: the ratio of a metric of one to that of the other, for each round. */
export interface Comparison {
  readonly metric: string;
  readonly of: string;
  readonly against: string;
  /** The promise of the project for this ratio, if there is one. */
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

/** The case with this name. Names come from the command line. */
export function caseNamed(bench: Bench, name: string): BenchCase {
  const found = bench.cases.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`Bench ${bench.name} has no case ${JSON.stringify(name)}`);
  return found;
}
