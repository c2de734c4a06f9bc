import { judgeAgain } from './confirm.js';
import type { Instance } from './instances.js';
import { judgeInstance } from './judge-instance.js';
import { inLanes } from './lanes.js';
import { notRun, type ScenarioResult } from './result.js';
import { scenario } from './scenario.js';
import type { Conditions, Subject } from './subject.js';

/** A preflight runs only for at least this many instances. A single instance shows the fault just as well. */
const WORTH_IT = 2;

/** What every other scenario relies on. It runs once for each role and version, before them. */
const PREFLIGHT = scenario({
  id: 'preflight/echo',
  title: 'The client starts, connects and carries bytes both ways',
  rules: ['S3', 'S4', 'H1'],
  role: 'client',
  why: 'If a client cannot do this, nothing else can be judged.',
  expects:
    'It connects, opens a stream if an application or the service asks for one, and carries bytes both ways.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes(trial.carries);
    stream.app.closes();
  },
});

/** The preflight of a client in a role and a version. */
export function preflightOf({ role, version }: Instance): Instance {
  return { key: `${PREFLIGHT.id}@${role}/${version}`, scenario: PREFLIGHT, role, version, skip: undefined };
}

/**
 * Runs the preflights of the instances that will run.
 * @returns the failed preflights, by their keys. The instances that depend on them cannot be judged.
 */
export async function preflights(
  subject: Subject,
  instances: readonly Instance[],
  conditions: Conditions,
  jobs: number,
): Promise<Map<string, ScenarioResult>> {
  const wanted = new Map<string, { readonly preflight: Instance; count: number }>();
  for (const instance of instances) {
    const preflight = instance.skip === undefined ? subject.preflightFor?.(instance) : undefined;
    if (preflight === undefined) continue;
    const known = wanted.get(preflight.key);
    if (known === undefined) wanted.set(preflight.key, { preflight, count: 1 });
    else known.count++;
  }
  const roots = new Map<string, ScenarioResult>();
  const worthwhile = [...wanted.values()].filter(({ count }) => count >= WORTH_IT);
  await inLanes(jobs, worthwhile, async ({ preflight }) => {
    const result = await judgeInstance(subject, preflight, conditions, true);
    if (blocks(result)) roots.set(preflight.key, result);
  });
  for (const { preflight } of worthwhile) {
    const first = roots.get(preflight.key);
    if (first === undefined) continue;
    const second = await judgeAgain(subject, preflight, first, conditions);
    if (blocks(second)) roots.set(preflight.key, second);
    else roots.delete(preflight.key);
  }
  return roots;
}

/** Whether the echo itself failed. Other scenarios report whatever else is wrong with the client's messages. */
function blocks({ verdict, isWhole }: ScenarioResult): boolean {
  return isWhole !== true && verdict !== 'flaky' && verdict !== 'skipped';
}

/** The result of an instance that cannot be judged because of a fault that another result reports. */
export function blockedBy(root: ScenarioResult, instance: Instance): ScenarioResult {
  const [defect] = root.defects;
  const what = defect === undefined ? (root.reason ?? '') : `${defect.rule}: ${defect.symptom}`;
  const reason = `blocked by ${root.key}: ${what.split('\n')[0]}`;
  return { ...notRun(instance, 'blocked', reason, 'blocked'), blockedBy: root.key };
}
