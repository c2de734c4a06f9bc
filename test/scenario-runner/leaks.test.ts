import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  type ClientDefinition,
  CommandAdapter,
  loadScenarios,
  readClientDefinition,
  runSuite,
} from '../../src/scenario-runner/index.js';

const client = (name: string): Promise<ClientDefinition> =>
  readClientDefinition(fileURLToPath(new URL(`clients/${name}.yaml`, import.meta.url)));

/** The verdict on a source's memory, and what was said of it. */
async function judged(definition: ClientDefinition): Promise<{ verdict: string; symptoms: string[] }> {
  const suite = await runSuite({
    adapter: new CommandAdapter(definition),
    scenarios: await loadScenarios(BUILT_IN_SCENARIOS),
    only: ['resilience/no-leaked-memory'],
    roles: ['source'],
    versions: ['V2'],
    patienceMs: 30_000,
    long: true,
  });
  const [{ verdict, defects }] = suite.results as [(typeof suite.results)[0]];
  return { verdict, symptoms: defects.map(({ rule, symptom }) => `${rule}: ${symptom}`) };
}

const LEAKS = { verdict: 'warn', symptoms: ['S17: its memory grows with each stream'] };
const CLEAN = { verdict: 'pass', symptoms: [] };

describe.runIf(process.platform === 'linux')('the memory of a client', { timeout: 900_000 }, () => {
  it('is found to grow where a program keeps 64 KB of each stream', async () => {
    const definition = await client('naive-source');
    expect(await judged({ ...definition, environment: { LEAKS: '65536' } })).toEqual(LEAKS);
  });

  it('is found to grow in a runtime that collects its garbage too', async () => {
    const definition = await client('own-proxies');
    const preload = fileURLToPath(new URL('clients/leaking.mjs', import.meta.url));
    const environment = { ...definition.environment, NODE_OPTIONS: `--import=${preload}` };
    expect(await judged({ ...definition, environment })).toEqual(LEAKS);
  });

  it('is not blamed on a program that keeps nothing', async () => {
    expect(await judged(await client('naive-source'))).toEqual(CLEAN);
  });

  it('is not blamed on a runtime that collects its garbage in its own time', async () => {
    expect(await judged(await client('own-proxies'))).toEqual(CLEAN);
  });
});
