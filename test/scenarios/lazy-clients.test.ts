import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ClientSubject } from '../../src/scenario-runner/engine/client-subject.js';
import { judgeInstance } from '../../src/scenario-runner/engine/judge-instance.js';
import { openWorkbench } from '../../src/scenario-runner/engine/workbench.js';
import { BUILT_IN_SCENARIOS, instancesOf, loadScenarios, topicOf } from '../../src/scenario-runner/index.js';
import { LAZY_CLIENTS, LazyAdapter } from '../lazy-clients/lazy-client.js';
import { isRightPass, RIGHT_PASSES } from '../lazy-clients/passes.js';
import { lazySection } from '../mutants/page.js';

/** They mostly let patience run out. */
const PATIENCE_MS = 400;
const AT_ONCE = 24;
const ALL_MS = 600_000;
/** Topics whose cells take minutes each; what they rest on is judged here. */
const LEFT_OUT = new Set(['matrix', 'ssh']);

test('no lazy client passes a scenario, but those that it passes rightly', { timeout: ALL_MS }, async () => {
  const all = await loadScenarios(BUILT_IN_SCENARIOS);
  const scenarios = all.filter(({ id, long }) => long !== true && !LEFT_OUT.has(topicOf(id)));
  await using workbench = await openWorkbench();
  const conditions = { patienceMs: PATIENCE_MS, long: false, signal: undefined, seed: 1 };
  const pending = LAZY_CLIENTS.flatMap((habits) => {
    const subject = new ClientSubject(new LazyAdapter(habits), workbench, conditions);
    return instancesOf(scenarios, new LazyAdapter(habits), { versions: ['V3'] })
      .filter(({ skip }) => skip === undefined)
      .map((instance) => ({ habits, subject, instance }));
  });
  const [passes, errors, seen] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const work = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { habits, subject, instance } = next;
      const { verdict, reason } = await judgeInstance(subject, instance, conditions);
      const { id } = instance.scenario;
      if (verdict === 'error') errors.add(`${habits.id} ${instance.key}: ${reason}`);
      if (verdict !== 'pass') continue;
      seen.add(id);
      if (!isRightPass(habits.id, id)) passes.add(`${habits.id} passes ${instance.key}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  expect([...passes]).toEqual([]);
  expect([...errors]).toEqual([]);
  const unseen = RIGHT_PASSES.flatMap((each) => each.scenarios).filter((id) => !seen.has(id));
  // By what the machine does only.
  expect(unseen.filter((id) => id !== 'handshake/backoff')).toEqual([]);
});

test('the page on mutants tells what lazy clients pass, and why', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/mutants.md', import.meta.url)), 'utf8');
  expect(page).toContain(lazySection());
});
