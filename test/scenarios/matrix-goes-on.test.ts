import { expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  distinctDefects,
  loadScenarios,
  runSuite,
} from '../../src/scenario-runner/index.js';
import { identityOf } from '../../src/scenario-runner/verdicts/index.js';
import { MutantAdapter } from '../mutants/adapter.js';
import { mutantById } from '../mutants/list/index.js';
import { together } from '../mutants/together.js';

/** What one scenario of the matrix finds in a client with the faults of several mutants, as destination in V3. */
async function found(mutants: readonly string[], scenario: string): Promise<string[]> {
  const suite = await runSuite({
    adapter: new MutantAdapter(together('several', mutants.map(mutantById)), 'V3'),
    scenarios: await loadScenarios(BUILT_IN_SCENARIOS),
    only: [scenario],
    roles: ['destination'],
    versions: ['V3'],
    patienceMs: 1500,
  });
  return distinctDefects(suite.results).map(identityOf);
}

it('a client with two faults is told both by one run over an open stream', async () => {
  const defects = await found(['stale-reset-taken', 'connection-reset-of-any'], 'matrix/open');
  expect(defects.map((each) => each.split(' ')[0]).sort()).toEqual(['S10', 'S7']);
}, 120_000);

it('a client with two faults is told both by one run of what may be errors', async () => {
  const defects = await found(['deaf-after-unparsable', 'dies-of-unknown-field'], 'matrix/errors');
  expect(defects).toContain('S17 ended-by-sigsegv unknown-field');
  expect(defects.some((each) => each.startsWith('M11 '))).toBe(true);
}, 120_000);
