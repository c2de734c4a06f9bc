import { z } from 'zod';
import type { ScenarioResult, SuiteResult } from '../engine/index.js';

const baseline = z.object({ results: z.array(z.object({ key: z.string(), verdict: z.string() })) });

/** A baseline file that cannot be used. `code` is stable. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  readonly code = 'INVALID_BASELINE';
}

/** How bad a verdict is. A result is worse than before if this number is higher. */
const BADNESS: Readonly<Record<string, number>> = { warn: 1, fail: 2, crash: 3 };

/**
 * The results that are worse than in an earlier run. `text` is the JSON report of that run. A scenario that the earlier
 * run did not have counts as passed.
 * @throws {BaselineError} if the text is not a JSON report.
 */
export function worseThan(text: string, suite: SuiteResult): ScenarioResult[] {
  let parsed: z.infer<typeof baseline>;
  try {
    parsed = baseline.parse(JSON.parse(text));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new BaselineError(`The baseline is not a JSON report of verify: ${what}`);
  }
  const before = new Map(parsed.results.map(({ key, verdict }) => [key, BADNESS[verdict] ?? 0]));
  return suite.results.filter(({ key, verdict }) => {
    const now = BADNESS[verdict] ?? 0;
    return now > 1 && now > (before.get(key) ?? 0);
  });
}
