import { describe, expect, it } from 'vitest';
import {
  loadServiceScenarios,
  runServiceSuite,
  type ServiceScenario,
} from '../../src/scenario-runner/index.js';
import { MUTANT_SERVICES, startMutantService } from '../mutants/services/index.js';

const scenarios = await loadServiceScenarios();
/** Short, since a mutant lets it run out; the control has what a busy machine needs. */
const PATIENCE_MS = 1500;
const CONTROL = {
  id: 'control',
  breaks: 'nothing',
  rules: ['X5'],
  hooks: () => ({ up: {}, down: {} }),
} as const;

const named = (ids: readonly string[]): ServiceScenario[] => scenarios.filter(({ id }) => ids.includes(id));

describe('the scenarios about services', () => {
  it('pass the service that every mutant is made of', async () => {
    await using started = await startMutantService(CONTROL);
    const { results } = await runServiceSuite({
      ...{ service: started.service, scenarios, versions: ['V1', 'V3'] },
    });
    expect(results.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skipped')).toEqual([]);
  });

  it.each(MUTANT_SERVICES)('catch one that $breaks', async (mutant) => {
    await using started = await startMutantService(mutant);
    const wanted = named(mutant.caughtBy);
    expect(wanted.map(({ id }) => id).sort()).toEqual([...mutant.caughtBy].sort());
    const { results } = await runServiceSuite({
      ...{ service: started.service, scenarios: wanted, versions: [mutant.version ?? 'V3'] },
      patienceMs: PATIENCE_MS,
    });
    const judged = results.filter(({ key }) => !key.startsWith('preflight/'));
    for (const { key, defects } of judged) {
      expect({ key, rules: defects.map(({ rule }) => rule) }).toEqual({
        key,
        rules: expect.arrayContaining([expect.toBeOneOf([...mutant.rules])]),
      });
    }
  });

  it('each catch one', () => {
    const catching = new Set(MUTANT_SERVICES.flatMap(({ caughtBy }) => caughtBy));
    expect(scenarios.map(({ id }) => id).filter((id) => !catching.has(id))).toEqual([]);
  });
});
