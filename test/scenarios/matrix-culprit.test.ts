import { expect, it } from 'vitest';
import { BUILT_IN_SCENARIOS, loadScenarios, runSuite } from '../../src/scenario-runner/index.js';
import { MutantAdapter } from '../mutants/adapter.js';
import { mutantById } from '../mutants/list/index.js';

/** What the generated matrix says of a mutant, as destination in V3. */
async function found(mutant: string, scenario: string) {
  const suite = await runSuite({
    adapter: new MutantAdapter(mutantById(mutant), 'V3'),
    scenarios: await loadScenarios(BUILT_IN_SCENARIOS),
    only: [scenario],
    roles: ['destination'],
    versions: ['V3'],
    patienceMs: 1500,
  });
  return suite.results[0]!.defects[0];
}

it('names the message that did the harm among a hundred, and its rule', async () => {
  expect(await found('stale-reset-taken', 'matrix/open')).toMatchObject({
    rule: 'S7',
    detail: expect.stringContaining('after STREAM_RESET of another stream'),
  });
}, 120_000);

it('puts down to W4 what fails in one way of arriving only', async () => {
  expect(await found('continuations-lost', 'matrix/open')).toMatchObject({
    rule: 'W4',
    detail: expect.stringContaining('continuation'),
  });
}, 120_000);

it('names the message and the state that a client dies of', async () => {
  expect(await found('dies-of-unknown-type', 'matrix/errors')).toMatchObject({
    verdict: 'crash',
    detail: expect.stringMatching(/^after .+, before-ids, \S+;/),
  });
}, 120_000);
