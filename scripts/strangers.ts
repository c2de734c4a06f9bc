/**
 * `npm run strangers`: the judge and every client in another language, three times, beside a load that keeps all processors
 * busy. Nothing may be blamed: what is, is printed, and the exit status is 1. Takes half an hour on two processors.
 *
 *     npm run strangers -- --only go --runs 1 --calm --reports /tmp/strangers
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
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
} from '../src/scenario-runner/index.js';
import { blamed, build, definitionOf, missingFor, OTHER_CLIENTS } from '../test/support/other-languages.js';

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    runs: { type: 'string', default: '3' },
    calm: { type: 'boolean', default: false },
    reports: { type: 'string' },
  },
});

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
  head: ['client', 'run', 'transport', 'seconds', 'passed', 'skipped', 'flaky', 'blamed'],
});
const load = options.calm ? undefined : startLoad();
for (let run = 1; run <= Number(options.runs); run++) {
  for (const [number, client] of clients.entries()) {
    // Each run swaps the transports, so that three runs judge every client over both.
    const transport = (number + run) % 2 === 0 ? 'tls' : 'plain';
    const suite = await runSuite({
      adapter: new CommandAdapter(await definitionOf(client, transport)),
      scenarios,
    });
    const count = (wanted: string) => suite.results.filter(({ verdict }) => verdict === wanted).length;
    const faults = blamed(suite);
    if (faults.length > 0) process.exitCode = 1;
    for (const fault of faults) console.log(`${client.name}, ${transport}, run ${run}: ${fault}`);
    for (const { key, verdict } of suite.results)
      if (verdict === 'flaky') console.log(`${client.name}, ${transport}, run ${run}: flaky ${key}`);
    table.push([
      client.name,
      run,
      transport,
      Math.round(suite.durationMs / 1000),
      count('pass'),
      count('skipped'),
      count('flaky'),
      faults.length,
    ]);
    console.log(
      `${client.name}, ${transport}, run ${run}: ${Math.round(suite.durationMs / 1000)} s, ${faults.length} blamed`,
    );
    if (options.reports === undefined) continue;
    mkdirSync(options.reports, { recursive: true });
    writeFileSync(
      join(options.reports, `${client.name}-${run}-${transport}.json`),
      formatReport(suite, 'json'),
    );
  }
}
load?.end();
console.log(table.toString());
