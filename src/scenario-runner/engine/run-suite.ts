import { setMaxListeners } from 'node:events';
import { cpus } from 'node:os';
import type { Address, ClientAdapter } from '../adapters/adapter.js';
import { endedInstead } from '../verdicts/symptoms.js';
import { type Instance, instancesOf, type Selection } from './instances.js';
import { RUN_ENDED, runScenario } from './run-scenario.js';
import type { Scenario } from './scenario.js';
import { gravest, identityOf, type ReasonCode, type ScenarioResult } from './verdict.js';
import { openWorkbench } from './workbench.js';

export interface SuiteOptions extends Selection {
  readonly adapter: ClientAdapter;
  readonly scenarios: readonly Scenario[];
  /** How long an expected thing may take, in milliseconds; default 5000. */
  readonly patienceMs?: number;
  /** Scenarios that run at once; default twice the processors. */
  readonly jobs?: number;
  /** Told of each result as it comes. A result that will be run again alone is not told until then. */
  readonly onResult?: (result: ScenarioResult, done: number, total: number) => void;
  /** Told once, before the first scenario: where the service listens for a standing client, and the CA to trust. */
  readonly onReady?: (ready: { readonly caPath: string; readonly address: Address | undefined }) => void;
  /** Ends the run early; what did not run is skipped. */
  readonly signal?: AbortSignal;
}

export interface SuiteResult {
  readonly client: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly long: boolean;
  /** Whether it was ended before all was judged. */
  readonly interrupted: boolean;
  readonly results: readonly ScenarioResult[];
}

/** A client that has not connected this many times in a row is not asked again. */
const GIVE_UP_AFTER = 3;
/** Where somebody starts it by hand, once is enough: nobody is there. */
const GIVE_UP_STANDING_AFTER = 1;
/** A defect confirmed alone this often is believed without a further run. */
const CONFIRMED_ENOUGH = 1;

/** Runs the scenarios that apply against a client. Rejects only where the harness itself cannot run. */
export async function runSuite(options: SuiteOptions): Promise<SuiteResult> {
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  await using workbench = await openWorkbench(options.adapter);
  const { adapter, onResult } = options;
  const patienceMs = options.patienceMs ?? 5000;
  const long = options.long ?? false;
  // Every scenario under way listens to it.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  const conditions = { adapter, workbench, patienceMs, long, signal: options.signal };
  const instances = instancesOf(options.scenarios, adapter, options);
  const results = new Map<string, ScenarioResult>();
  const doubtful: { instance: Instance; first: ScenarioResult }[] = [];
  let silent = 0;
  const { standing } = adapter;
  const giveUpAfter = standing === undefined ? GIVE_UP_AFTER : GIVE_UP_STANDING_AFTER;
  let total = instances.length;

  const report = (result: ScenarioResult): void => {
    results.set(result.key, result);
    onResult?.(result, results.size, total);
  };
  options.onReady?.({ caPath: workbench.caPath, address: workbench.door?.address });
  // The longest first: a run should not end with all but one job idle.
  const pending = [...instances].sort((a, b) => Number(isMatrix(b)) - Number(isMatrix(a)));
  const work = async (): Promise<void> => {
    for (let instance = pending.shift(); instance !== undefined; instance = pending.shift()) {
      const why: readonly [string, ReasonCode] | undefined =
        instance.skip !== undefined
          ? [instance.skip, 'not-claimed']
          : options.signal?.aborted === true
            ? [RUN_ENDED, 'run-ended']
            : silent >= giveUpAfter
              ? ['the client has never connected', 'not-connected']
              : undefined;
      if (why !== undefined) {
        report(skipped(instance, ...why));
        continue;
      }
      const result = await runScenario(instance, conditions);
      silent = neverConnected(result) ? silent + 1 : standing === undefined ? Number.NEGATIVE_INFINITY : 0;
      if (result.verdict === 'pass' || result.verdict === 'skipped' || result.verdict === 'error')
        report(result);
      else doubtful.push({ instance, first: result });
    }
  };
  const jobs = standing === undefined ? (options.jobs ?? 2 * cpus().length) : 1;
  await Promise.all(Array.from({ length: Math.max(1, jobs) }, work));

  const confirmed = new Map<string, number>();
  total = instances.length;
  for (const { instance, first } of doubtful) {
    const known = first.defects.every(
      (defect) => (confirmed.get(identityOf(defect)) ?? 0) >= CONFIRMED_ENOUGH,
    );
    if (known || options.signal?.aborted === true) {
      report(first);
      continue;
    }
    const second = await runScenario(instance, conditions);
    if (second.verdict === 'skipped') {
      report(first); // the second run was ended, or nobody started the client for it
      continue;
    }
    for (const defect of second.defects)
      confirmed.set(identityOf(defect), (confirmed.get(identityOf(defect)) ?? 0) + 1);
    report(
      second.verdict === 'pass'
        ? { ...first, verdict: 'flaky', reason: 'passed when run alone', reasonCode: 'passed-alone' }
        : second,
    );
  }
  const ordered = instances.map((instance) => results.get(instance.key)!);
  return {
    client: adapter.name,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    long,
    interrupted: options.signal?.aborted === true,
    results: ordered,
  };
}

/** 0 where nothing failed or crashed and something was judged, else 1. */
export function exitStatusOf(suite: SuiteResult): 0 | 1 {
  const overall = gravest(
    suite.results.map((result) => (result.verdict === 'error' ? 'pass' : result.verdict)),
  );
  const judged = suite.results.some(({ verdict }) => verdict !== 'skipped' && verdict !== 'error');
  return judged && overall !== 'fail' && overall !== 'crash' ? 0 : 1;
}

/** Codes of a client that did not come, or ended before it came. */
const NEVER_CONNECTED = new Set<string>(['did-not-connect', endedInstead('did-not-connect').code]);

function isMatrix({ scenario }: Instance): boolean {
  return scenario.id.startsWith('matrix/');
}

function neverConnected(result: ScenarioResult): boolean {
  const { reasonCode, defects } = result;
  if (reasonCode !== undefined) return reasonCode === 'not-connected' || reasonCode === 'not-started';
  return defects.some(({ code }) => NEVER_CONNECTED.has(code));
}

function skipped(instance: Instance, reason: string, reasonCode: ReasonCode): ScenarioResult {
  const { key, scenario, role, version } = instance;
  const nothing = { defects: [], transcript: [], output: '', exit: '', command: '', durationMs: 0 };
  return { key, scenario, role, version, verdict: 'skipped', reason, reasonCode, ...nothing };
}
