import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { BUILT_IN_SCENARIOS, loadScenarios } from '../../src/scenario-runner/index.js';
import { complaints, readRecord, toldOf } from '../mutants/defects.js';
import { MUTANTS } from '../mutants/list/index.js';

/** How many mutants are run again here, drawn by a seed. None by default: each takes about half a minute. */
const DRAWN = Number(process.env.MUTANTS_DRAWN ?? 0);
const RUN_MS = 600_000;
const seed = process.env.MUTANTS_SEED ?? new Date().toISOString().slice(0, 10);

const record = readRecord();
const recorded = MUTANTS.filter(({ id }) => record.mutants[id] !== undefined);

test('each mutant on record has its own defect in the first line, and at most two others that stand alone', () => {
  expect(recorded.flatMap((mutant) => complaints(mutant, record.mutants[mutant.id]))).toEqual([]);
});

test('nothing is on record that is no mutant', () => {
  const ids = new Set(MUTANTS.map(({ id }) => id));
  expect(Object.keys(record.mutants).filter((id) => !ids.has(id))).toEqual([]);
});

// Not a test at all without mutants to draw, rather than a skipped one.
if (DRAWN > 0) test('mutants drawn by a seed are reported as recorded', { timeout: RUN_MS }, drawnAsRecorded);

async function drawnAsRecorded(): Promise<void> {
  const draw = (id: string): string => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const inOrder = [...recorded].sort((a, b) => draw(a.id).localeCompare(draw(b.id)));
  const drawn = inOrder.slice(0, DRAWN);
  console.log(`MUTANTS_SEED=${seed}: ${drawn.map(({ id }) => id).join(', ')}`);
  const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
  for (const mutant of drawn) {
    const told = await toldOf(mutant, scenarios);
    expect(complaints(mutant, told)).toEqual([]);
    expect(`${mutant.id}: ${told?.own}`).toBe(`${mutant.id}: ${record.mutants[mutant.id]!.own}`);
  }
}
