import { identityOf } from '../verdicts/index.js';
import type { Instance } from './instances.js';
import { judgeInstance } from './judge-instance.js';
import type { ScenarioResult } from './result.js';
import type { Conditions, Subject } from './subject.js';

/** A defect that was confirmed this often is believed without another run. */
const CONFIRMED_ENOUGH = 1;

/** A result that may be the machine's fault. It is believed when it was seen in a run of its own. */
export interface Doubtful {
  readonly instance: Instance;
  readonly first: ScenarioResult;
}

/** Runs failed instances once more, one at a time. */
export async function confirm(
  subject: Subject,
  doubtful: readonly Doubtful[],
  conditions: Conditions,
  report: (result: ScenarioResult) => void,
): Promise<void> {
  const confirmed = new Map<string, number>();
  // The shortest first: what a short run confirms, a long one need not.
  const shortestFirst = [...doubtful].sort((a, b) => a.first.durationMs - b.first.durationMs);
  for (const { instance, first } of shortestFirst) {
    const isKnown =
      first.reasonCode !== 'held-up' &&
      first.defects.every((defect) => (confirmed.get(identityOf(defect)) ?? 0) >= CONFIRMED_ENOUGH);
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

/** The result after a second attempt, which runs alone. */
export async function judgeAgain(
  subject: Subject,
  instance: Instance,
  first: ScenarioResult,
  conditions: Conditions,
): Promise<ScenarioResult> {
  const second = await judgeInstance(subject, instance, conditions);
  // The run was ended, or nobody started the client for this attempt.
  if (second.verdict === 'skipped') return first;
  if (isDoubtful(second) || second.verdict === 'error') return second;
  // The first attempt said nothing about it.
  if (first.reasonCode === 'held-up') return second;
  return { ...first, verdict: 'flaky', reason: 'passed when run alone', reasonCode: 'passed-alone' };
}

/** Whether a result may be the machine's fault. */
export function isDoubtful({ verdict, reasonCode }: ScenarioResult): boolean {
  return verdict === 'fail' || verdict === 'warn' || verdict === 'crash' || reasonCode === 'held-up';
}
