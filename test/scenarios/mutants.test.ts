import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { BUILT_IN_SCENARIOS, loadScenarios, type Scenario } from '../../src/scenario-runner/index.js';
import { readRecord } from '../mutants/defects.js';
import {
  type Cell,
  CONTROL,
  CONTROL_OF_FRAMES,
  CONTROL_OF_TLS,
  confirm,
  isCaught,
  isHandWritten,
  judgeMutants,
  kills,
} from '../mutants/judge-mutants.js';
import { MUTANTS } from '../mutants/list/index.js';
import { mutantsPage, pairsNamed } from '../mutants/page.js';

/** `MUTANTS=everything`: every scenario against every mutant in every version. */
const everything = process.env.MUTANTS === 'everything';
/** `UPDATE_MUTANTS=1` writes the page anew. */
const update = process.env.UPDATE_MUTANTS === '1';
const page = fileURLToPath(new URL('../../docs/mutants.md', import.meta.url));
const MATRIX_MS = everything ? 7_200_000 : 600_000;
/** A slow machine must not fail a good client. */
const CONTROL_PATIENCE_MS = 5000;
const FEWEST_MUTANTS = 60;

let scenarios: readonly Scenario[];
beforeAll(async () => {
  // Those for --long alone take minutes each; what proves them is in test/scenario-runner/leaks.test.ts.
  const all = await loadScenarios(BUILT_IN_SCENARIOS);
  scenarios = all.filter((each) => isHandWritten(each) && each.long !== true);
});

test('the good client passes every scenario through the man in the middle', {
  timeout: MATRIX_MS,
}, async () => {
  const options = {
    mutants: [CONTROL, CONTROL_OF_FRAMES, CONTROL_OF_TLS],
    scenarios,
    everything,
    patienceMs: CONTROL_PATIENCE_MS,
  };
  const cells = await judgeMutants(options);
  const isBad = (cell: Cell): boolean => isCaught(cell) || cell.verdict === 'error';
  // As the runner does: what failed is run again alone, for a port found free may be taken by a neighbour.
  const doubtful = new Set(cells.filter(isBad).map(({ scenario }) => scenario));
  const again = scenarios.filter(({ id }) => doubtful.has(id));
  const bad = (await judgeMutants({ ...options, scenarios: again, jobs: 1 })).filter(isBad);
  expect(cells.length).toBeGreaterThan(scenarios.length);
  expect(bad.map(describeCell)).toEqual([]);
});

describe('the matrix', () => {
  let all: readonly Cell[];
  let sure: readonly Cell[];

  beforeAll(async () => {
    const prune = !everything && !update;
    const first = pairsNamed(readFileSync(page, 'utf8'));
    const options = { mutants: MUTANTS, scenarios, everything, prune, first };
    all = await judgeMutants(options);
    sure = await confirm(all, options);
    if (update) writeFileSync(page, mutantsPage(MUTANTS, scenarios, sure, readRecord()));
  }, MATRIX_MS);

  test('every mutant is caught in each of its roles', () => {
    const caught = new Set(sure.map(({ mutant, role }) => `${mutant} as ${role}`));
    const survivors = MUTANTS.filter(({ process }) => process === undefined).flatMap(({ id, roles }) =>
      (roles ?? ['source', 'destination'])
        .map((role) => `${id} as ${role}`)
        .filter((each) => !caught.has(each)),
    );
    expect(survivors).toEqual([]);
    expect(MUTANTS.filter(({ id }) => !sure.some(({ mutant }) => mutant === id))).toEqual([]);
  });

  test('every scenario catches a mutant', () => {
    const killing = new Set(sure.filter(kills).map(({ scenario }) => scenario));
    expect(scenarios.map(({ id }) => id).filter((id) => !killing.has(id))).toEqual([]);
  });

  test('no run fails for a fault of the harness', () => {
    expect(all.filter(({ verdict }) => verdict === 'error').map(describeCell)).toEqual([]);
  });
});

test('every mutant has a name and a fault of its own', () => {
  expect(MUTANTS.length).toBeGreaterThan(FEWEST_MUTANTS);
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
  expect(new Set(MUTANTS.map(({ breaks }) => breaks)).size).toBe(MUTANTS.length);
});

test('the page names every mutant with its fault, and every scenario', () => {
  const text = readFileSync(page, 'utf8');
  const absent = [
    ...MUTANTS.filter(({ id, breaks }) => !text.includes(`| \`${id}\` | ${breaks} |`)).map(({ id }) => id),
    ...scenarios.map(({ id }) => id).filter((id) => !text.includes(`| \`${id}\` |`)),
  ];
  expect(absent, 'write it anew: UPDATE_MUTANTS=1 npx vitest run test/scenarios/mutants.test.ts').toEqual([]);
});

function describeCell({ mutant, scenario, role, version, verdict, defect, reason }: Cell): string {
  const what = reason ?? `${defect?.rule}: ${defect?.symptom} ${defect?.detail}`;
  return `${verdict}: ${mutant} ${scenario}@${role}/${version}: ${what}`;
}
