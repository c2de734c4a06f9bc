import type { StartRequest } from '../../src/scenario-runner/index.js';
import { startMutant } from './adapter.js';
import { mutantById } from './list/index.js';

/** Runs a mutant as a process of its own: `child.js MUTANT REQUEST`, the request as JSON. */
const [id = '', told = '{}'] = process.argv.slice(2);
const mutant = mutantById(id);
const parsed = JSON.parse(told) as StartRequest & { ports: [string, { host: string; port: number }][] };
const request: StartRequest = { ...parsed, ports: new Map(parsed.ports) };
const fault = mutant.process ?? {};
let asked = false;

const client = await startMutant(mutant, request, { pingIntervalMs: 0, noticesMs: 0 });
process.on('SIGTERM', () => {
  if (holds(fault.ignoresSigterm)) return;
  if (fault.crashesOnSigterm === true) process.kill(process.pid, 'SIGSEGV');
  asked = true;
  void client.stop();
});
const exit = await client.exited;
const isClosed = !asked && exit.status === 0;
if (isClosed && holds(fault.staysWhenClosed)) await new Promise(() => setInterval(() => {}, 60_000));
process.exit(isClosed ? (fault.statusWhenClosed ?? 0) : (exit.status ?? 1));

function holds(condition: true | (() => boolean) | undefined): boolean {
  return typeof condition === 'function' ? condition() : condition === true;
}
