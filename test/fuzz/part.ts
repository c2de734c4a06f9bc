import type { Report } from './finding.js';
import type { Subjects } from './subject/subjects.js';

export interface PartOptions {
  /** Of the run: each part makes its own sequence of it. */
  readonly seed: string;
  /** When to stop, by `performance.now()`. */
  readonly until: number;
  /** Where in its sequence to begin, as a report told. */
  readonly path: string | undefined;
  readonly subjects: Subjects;
}

export interface Outcome {
  /** How much was sent or read. */
  readonly count: number;
  /** Of what. */
  readonly unit: string;
  readonly report?: Report | undefined;
}

/** One kind of input. The same seed makes the same inputs in the same order; only how far it gets depends on the time. */
export interface Part {
  /** As `--only` takes it. */
  readonly name: string;
  run(options: PartOptions): Promise<Outcome>;
}
