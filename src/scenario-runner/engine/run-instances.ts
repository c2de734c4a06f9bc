import { confirm, type Doubtful, isDoubtful } from './confirm.js';
import type { Instance } from './instances.js';
import { judgeInstance } from './judge-instance.js';
import { inLanes } from './lanes.js';
import { blockedBy, preflights } from './preflight.js';
import { notRun, type ScenarioResult } from './result.js';
import type { Conditions, Subject } from './subject.js';

export interface RunOptions {
  /** The number of attempts at the same time. */
  readonly jobs: number;
  /** Called with each result when it is final. */
  readonly report: (result: ScenarioResult) => void;
}

/** Judges all instances, several at the same time. A failed instance runs again alone before it is reported. */
export async function runInstances(
  subject: Subject,
  instances: readonly Instance[],
  conditions: Conditions,
  { jobs, report }: RunOptions,
): Promise<void> {
  const roots = await preflights(subject, instances, conditions, jobs);
  for (const root of new Set(roots.values())) report(root);
  const doubtful: Doubtful[] = [];
  let isFirst = true;
  let givenUp: string | undefined;

  const untried = (instance: Instance): ScenarioResult | undefined => {
    if (instance.skip !== undefined) return notRun(instance, 'skipped', instance.skip, 'not-claimed');
    if (conditions.signal?.aborted === true)
      return notRun(instance, 'skipped', 'the run was ended', 'run-ended');
    const root = roots.get(subject.preflightFor?.(instance)?.key ?? '');
    if (root !== undefined) return blockedBy(root, instance);
    return givenUp === undefined ? undefined : notRun(instance, 'skipped', givenUp, 'not-connected');
  };

  // The longest first: at the end of a run, all jobs should be busy.
  const pending = [...instances].sort((a, b) => (b.scenario.extraMs ?? 0) - (a.scenario.extraMs ?? 0));
  await inLanes(jobs, pending, async (instance) => {
    const known = untried(instance);
    if (known !== undefined) return report(known);
    const wasFirst = isFirst;
    isFirst = false;
    const result = await judgeInstance(subject, instance, conditions, wasFirst);
    givenUp ??= subject.givesUpAfter?.(result);
    if (isDoubtful(result)) doubtful.push({ instance, first: result });
    else report(result);
  });
  await confirm(subject, doubtful, conditions, report);
}
