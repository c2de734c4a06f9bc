import { identityOf } from '../verdicts/index.js';
import type { Instance } from './instances.js';
import { judgeInstance } from './judge-instance.js';
import type { ScenarioResult } from './result.js';
import type { Conditions, Subject } from './subject.js';

/** A defect confirmed alone this often is believed without a further run. */
const CONFIRMED_ENOUGH = 1;

/** A result that may be the machine's fault: it is believed once it has been seen alone. */
export interface Doubtful {
  readonly instance: Instance;
  readonly first: ScenarioResult;
}

/** Runs what failed once more, alone. */
export async function confirm(
  subject: Subject,
  doubtful: readonly Doubtful[],
  conditions: Conditions,
  report: (result: ScenarioResult) => void,
): Promise<void> {
  const confirmed = new Map<string, number>();
  for (const { instance, first } of doubtful) {
    const isKnown = first.defects.every(
      (defect) => (confirmed.get(identityOf(defect)) ?? 0) >= CONFIRMED_ENOUGH,
    );
    if (isKnown || conditions.signal?.aborted === true) {
      report(first);
      continue;
    }
    const second = await judgeAgain(subject, instance, first, conditions);
    for (const each of second.defects) {
      confirmed.set(identityOf(each), (confirmed.get(identityOf(each)) ?? 0) + 1);
    }
    report(second);
  }
}

/** What a second attempt, alone, makes of a result. */
export async function judgeAgain(
  subject: Subject,
  instance: Instance,
  first: ScenarioResult,
  conditions: Conditions,
): Promise<ScenarioResult> {
  const second = await judgeInstance(subject, instance, conditions);
  // It was ended, or nobody started the client for it.
  if (second.verdict === 'skipped') return first;
  if (isDoubtful(second) || second.verdict === 'error') return second;
  return { ...first, verdict: 'flaky', reason: 'passed when run alone', reasonCode: 'passed-alone' };
}

/** Whether a result may be the machine's fault. */
export function isDoubtful({ verdict }: ScenarioResult): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'crash';
}
