import { setMaxListeners } from 'node:events';
import { newSeed } from '../trial/index.js';
import { gravest } from '../verdicts/index.js';
import { ClientSubject } from './client-subject.js';
import { instancesOf, serviceInstancesOf } from './instances.js';
import { LoopGuard } from './loop-guard.js';
import type { ServiceSuiteOptions, SuiteOptions } from './options.js';
import type { ScenarioResult, SuiteResult } from './result.js';
import { runInstances } from './run-instances.js';
import { ServiceSubject } from './service-subject.js';
import type { Subject } from './subject.js';

const DEFAULT_PATIENCE_MS = 5000;

/**
 * Runs the scenarios that apply to a client or a service.
 * @throws {Error} if the harness itself cannot run, or if a service cannot be reached: OpenTunnelError if no tunnel can
 * be opened, else an error with the socket's code.
 */
export async function runSuite(options: SuiteOptions | ServiceSuiteOptions): Promise<SuiteResult> {
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  const { signal, long = false, patienceMs = DEFAULT_PATIENCE_MS, onResult, seed = newSeed() } = options;
  // Every running scenario listens to it.
  if (signal !== undefined) setMaxListeners(0, signal);
  await using guard = new LoopGuard();
  const conditions = { patienceMs, long, signal, guard, seed };
  await using subject: Subject =
    'adapter' in options
      ? await ClientSubject.open(options, conditions)
      : new ServiceSubject(options.service, conditions);
  const instances =
    'adapter' in options
      ? instancesOf(options.scenarios, options.adapter, options)
      : serviceInstancesOf(options.scenarios, options);
  const keys = new Set(instances.map(({ key }) => key));
  const results = new Map<string, ScenarioResult>();
  const roots: ScenarioResult[] = [];
  const report = (result: ScenarioResult): void => {
    if (keys.has(result.key)) results.set(result.key, result);
    else roots.push(result);
    onResult?.(result, results.size + roots.length, keys.size + roots.length);
  };
  await runInstances(subject, instances, conditions, { jobs: options.jobs ?? subject.jobs, report });
  return {
    client: subject.name,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    long,
    seed,
    interrupted: signal?.aborted === true,
    results: [...roots, ...instances.map(({ key }) => results.get(key)!)],
  };
}

/** Verdicts that say nothing about the subject. */
const UNJUDGED = new Set(['skipped', 'blocked', 'error']);

/** 0 if something was judged and nothing failed or crashed, else 1. */
export function exitStatusOf({ results }: SuiteResult): 0 | 1 {
  const judged = results.map(({ verdict }) => verdict).filter((verdict) => !UNJUDGED.has(verdict));
  const worst = gravest(judged);
  return judged.length > 0 && worst !== 'fail' && worst !== 'crash' ? 0 : 1;
}
