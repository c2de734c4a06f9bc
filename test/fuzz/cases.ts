import fc from 'fast-check';
import { Finding, type Report } from './finding.js';
import type { Outcome, PartOptions } from './part.js';
import { Random } from './random.js';
import type { Subjects } from './subject/subjects.js';

/** Making an input that was found smaller takes a fresh program for each try: it may take this long. */
const LONGEST_SHRINKING_MS = 90_000;
const LONGEST_INPUT = 6000;

export interface Cases<T> {
  readonly name: string;
  /** What `run` counts. */
  readonly unit: string;
  /** Values made of JSON alone: a report prints them. */
  readonly input: fc.Arbitrary<T>;
  /** Sends one input, checks what there is to check, and returns how much it was. */
  run(input: T, subjects: Subjects): Promise<number>;
}

/** Runs inputs that fast-check makes until the time is over. One that fails is made smaller before it is reported. */
export async function runCases<T>(cases: Cases<T>, options: PartOptions): Promise<Outcome> {
  const { seed, until, path, subjects } = options;
  let count = 0;
  let failedAt: number | undefined;
  const property = fc.asyncProperty(cases.input, async (input) => {
    const end = failedAt === undefined ? until : failedAt + LONGEST_SHRINKING_MS;
    if (performance.now() > end) throw new fc.PreconditionFailure(true); // ends the run in order
    try {
      count += await cases.run(input, subjects);
    } catch (error) {
      failedAt ??= performance.now();
      await subjects.discard();
      throw error instanceof Finding ? error : new Finding((error as Error).stack ?? String(error));
    }
  });
  const details = await fc.check(property, {
    seed: new Random(seed, cases.name).next() | 0,
    numRuns: 2 ** 40,
    ...(path !== undefined && { path }),
  });
  const { counterexample, counterexamplePath, errorInstance } = details;
  if (counterexample === null) return { count, unit: cases.unit };
  const report: Report = {
    what: (errorInstance as Error).message,
    input: JSON.stringify(counterexample[0], null, 1).slice(0, LONGEST_INPUT),
    again: `--path ${counterexamplePath}`,
  };
  return { count, unit: cases.unit, report };
}
