/**
 * `npm run strangers`: the judge and every client in another language, three times, beside a load that keeps all processors
 * busy. Nothing may be blamed: what is, is printed, and the exit status is 1. Takes about an hour on two processors.
 *
 *     npm run strangers -- --only go --runs 1 --calm --reports /tmp/strangers
 *
 * Each run swaps the transports: two runs judge every client over TLS and plain. `--both` judges over both in each run.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import {
  BUILT_IN_SCENARIOS,
  CommandAdapter,
  formatReport,
  loadScenarios,
  runSuite,
  type SuiteResult,
} from '../src/scenario-runner/index.js';
import { blamed, build, definitionOf, missingFor, OTHER_CLIENTS } from '../test/support/other-languages.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '3' },
    both: { type: 'boolean', default: false },
    calm: { type: 'boolean', default: false },
    reports: { type: 'string' },
  },
});

/** Hundredths of a second of processor time, as Linux counts it. */
const TICKS_A_SECOND = 100;
/** Scenarios that are named as the slowest of a run. */
const SLOWEST = 3;

/** Keeps every processor busy until it is ended. */
function startLoad(): { end(): void } {
  const spinning: ChildProcess[] = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }),
  );
  const end = () => {
    for (const each of spinning) each.kill('SIGKILL');
  };
  process.once('exit', end);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  return { end };
}

/** Seconds of processor time that this process and the clients that have ended took; 0 where the system does not tell. */
function processorSeconds(): number {
  try {
    const stat = readFileSync('/proc/self/stat', 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_A_SECOND;
  } catch {
    return 0;
  }
}

function slowest({ results }: SuiteResult): string {
  return [...results]
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, SLOWEST)
    .map(({ key, durationMs }) => `${key} ${Math.round(durationMs / 1000)} s`)
    .join(', ');
}

const clients = OTHER_CLIENTS.filter(({ name }) => options.only?.includes(name) ?? true);
for (const client of clients) {
  const missing = missingFor(client);
  if (missing.length > 0)
    throw new Error(`${client.name} cannot run here: apt-get install ${missing.join(' ')}`);
  build(client);
}
const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
const table = new Table({
  style: { head: [], border: [] },
  head: ['client', 'run', 'transport', 'seconds', 'processor', 'passed', 'skipped', 'flaky', 'blamed'],
});

async function judge(client: (typeof clients)[number], run: number, transport: 'tls' | 'plain') {
  const before = processorSeconds();
  const suite = await runSuite({
    adapter: new CommandAdapter(await definitionOf(client, transport)),
    scenarios,
  });
  const count = (wanted: string) => suite.results.filter(({ verdict }) => verdict === wanted).length;
  const faults = blamed(suite);
  const name = `${client.name}, ${transport}, run ${run}`;
  if (faults.length > 0) process.exitCode = 1;
  for (const fault of faults) console.log(`${name}: ${fault}`);
  for (const { key, verdict } of suite.results) if (verdict === 'flaky') console.log(`${name}: flaky ${key}`);
  const seconds = Math.round(suite.durationMs / 1000);
  const used = Math.round(processorSeconds() - before);
  table.push([
    ...[client.name, run, transport, seconds, used],
    ...[count('pass'), count('skipped'), count('flaky'), faults.length],
  ]);
  console.log(
    `${name}: ${seconds} s, ${used} s of processor, ${faults.length} blamed; slowest: ${slowest(suite)}`,
  );
  if (options.reports === undefined) return;
  mkdirSync(options.reports, { recursive: true });
  writeFileSync(
    join(options.reports, `${client.name}-${run}-${transport}.json`),
    formatReport(suite, 'json'),
  );
}

const load = options.calm ? undefined : startLoad();
for (let run = 1; run <= Number(options.runs); run++) {
  for (const [number, client] of clients.entries()) {
    const transports = ['tls', 'plain'] as const;
    const first = (number + run) % 2;
    await judge(client, run, transports[first]!);
    if (options.both) await judge(client, run, transports[1 - first]!);
  }
}
load?.end();
console.log(table.toString());
