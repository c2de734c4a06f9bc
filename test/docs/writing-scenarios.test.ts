import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadScenarios, OwnProxies, runSuite, type Scenario } from '../../src/scenario-runner/index.js';
import { MutantAdapter } from '../mutants/adapter.js';
import { mutantById } from '../mutants/list/index.js';
import { vocabularyOf } from './vocabulary.js';

const root = new URL('../..', import.meta.url).pathname;
const page = await readFile(join(root, 'docs/writing-scenarios.md'), 'utf8');
const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, text]) => text!);
const CLASSES = [
  ...['Trial', 'LiveStream', 'ClientSocket', 'AppSocket', 'Application', 'ClientUnderTest'],
  ...['ScriptedService', 'Transfer', 'Queue', 'Wait'],
];
/** A promise's own. */
const OF_PROMISES = new Set(['then()', 'catch()', 'finally()']);
const MOST_VERBS = 45;

let folder: string;
let scenarios: readonly Scenario[];
beforeAll(async () => {
  folder = await mkdtemp(join(root, 'test/docs/tmp-'));
  await Promise.all(examples.map((text, i) => writeFile(join(folder, `${i}.mjs`), text)));
  scenarios = await loadScenarios(folder);
});
afterAll(() => rm(folder, { recursive: true }));

it('names every word of the vocabulary, and none that is not', () => {
  const members = vocabularyOf(CLASSES).filter((each) => !OF_PROMISES.has(each.split('.')[1]!));
  const known = new Set(members.map((each) => each.split('.')[1]!));
  const rows = page.slice(page.indexOf('## The vocabulary')).match(/^\| `.*?(?= \|)/gm) ?? [];
  const named = new Set(
    rows.flatMap((row) => [...row.matchAll(/`(\w+(?:\(\))?)`/g)].map(([, word]) => word!)),
  );
  expect([...known].filter((word) => !named.has(word))).toEqual([]);
  expect([...named].filter((word) => !known.has(word))).toEqual([]);
});

it('stays small', () => {
  const members = vocabularyOf(CLASSES).filter((each) => each.endsWith('()'));
  const verbs = new Set(members.map((each) => each.split('.')[1]!).filter((each) => !OF_PROMISES.has(each)));
  expect(verbs.size).toBeGreaterThan(30);
  expect(verbs.size).toBeLessThan(MOST_VERBS);
});

it('builds up three scenarios, which good clients pass', async () => {
  expect(scenarios).toHaveLength(3);
  const { results } = await runSuite({ adapter: new OwnProxies(), scenarios, patienceMs: 20_000 });
  expect(results.filter(({ verdict }) => verdict !== 'pass').map(({ key }) => key)).toEqual([]);
}, 120_000);

it.each([
  ['mine/stale-data', 'stale-data-taken'],
  ['mine/session-reset', 'session-reset-ignored'],
  ['mine/comes-back', 'never-comes-back'],
])(
  'and %s fails a client with the fault %s',
  async (only, mutant) => {
    const adapter = new MutantAdapter(mutantById(mutant), 'V3');
    const suite = await runSuite({ adapter, scenarios, only: [only], versions: ['V3'], patienceMs: 2000 });
    expect(suite.results.some(({ defects }) => defects.length > 0)).toBe(true);
  },
  120_000,
);
