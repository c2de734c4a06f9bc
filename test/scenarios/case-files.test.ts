import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  explain,
  loadScenarios,
  loadServiceScenarios,
  SSH_SCENARIOS,
} from '../../src/scenario-runner/index.js';

const all = [
  ...(await loadScenarios(BUILT_IN_SCENARIOS)),
  ...(await loadScenarios(SSH_SCENARIOS)),
  ...(await loadServiceScenarios()),
];

it('says in each what a correct client or service does', () => {
  expect(all.length).toBeGreaterThan(180);
  const silent = all.filter(({ expects = '' }) => !/^[A-Z].+\.$/.test(expects)).map(({ id }) => id);
  expect(silent).toEqual([]);
});

it('shows it to who asks for an explanation', () => {
  const [first] = all;
  expect(explain(first!)).toContain(`expects   ${first!.expects}`);
});

it('imports what users import, never the sources', () => {
  const files = readdirSync(BUILT_IN_SCENARIOS, { recursive: true, encoding: 'utf8' });
  const inside = files
    .filter((name) => /(?<!\.d)\.[jt]s$/.test(name))
    .filter((name) => /from '[^']*\/src\//.test(readFileSync(join(BUILT_IN_SCENARIOS, name), 'utf8')));
  expect(inside).toEqual([]);
});
