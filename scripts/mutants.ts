/**
 * `npm run mutants`: runs the whole quick suite against every mutant, and writes what the report says of each to
 * test/mutants/defects.json, which docs/mutants.md shows. It takes about half an hour on two quiet processors. What is wrong is printed,
 * and the exit status is then 1: a mutant's own defect must come first, with at most two others that stand alone.
 *
 *     npm run mutants -- --only session-reset-ignored --at-once 1
 *     npm run mutants -- --missing          those that are not in the file yet
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BUILT_IN_SCENARIOS, loadScenarios } from '../src/scenario-runner/index.js';
import { complaints, RECORD_FILE, readRecord, type Told, toldOf } from '../test/mutants/defects.js';
import { MUTANTS } from '../test/mutants/list/index.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    missing: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: '3' },
  },
});

const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
const before = readRecord();
const told = new Map<string, Told>(Object.entries(before.mutants));
const pending = MUTANTS.filter(({ id }) => options.only?.includes(id) ?? !(options.missing && told.has(id)));
const wrong: string[] = [];

const lane = async (): Promise<void> => {
  for (let mutant = pending.shift(); mutant !== undefined; mutant = pending.shift()) {
    const begun = performance.now();
    const report = await toldOf(mutant, scenarios);
    const seconds = Math.round((performance.now() - begun) / 1000);
    console.log(`${mutant.id}, ${seconds} s: ${report?.says ?? 'nothing'}`);
    for (const complaint of complaints(mutant, report)) {
      wrong.push(complaint);
      console.log(`  ${complaint}`);
    }
    if (report !== undefined) told.set(mutant.id, report);
    write();
  }
};

/** After each: a run that is ended early leaves what it has. */
function write(): void {
  const known = MUTANTS.filter(({ id }) => told.has(id)).map(({ id }) => [id, told.get(id)!] as const);
  const record = { on: new Date().toISOString().slice(0, 10), mutants: Object.fromEntries(known) };
  writeFileSync(RECORD_FILE, `${JSON.stringify(record, undefined, 2)}\n`);
}

await Promise.all(Array.from({ length: Number(options['at-once']) }, lane));
console.log(`${wrong.length} wrong of ${told.size} in the file, ${MUTANTS.length} mutants in all`);
process.exit(wrong.length > 0 ? 1 : 0);
