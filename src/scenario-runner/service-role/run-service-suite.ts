import { matches } from '../engine/instances.js';
import { bounded, RUN_ENDED } from '../engine/run-scenario.js';
import type { SuiteResult } from '../engine/run-suite.js';
import { type ClientScenario, topicOf } from '../engine/scenario.js';
import { defectOf, type ScenarioResult, severityOf } from '../engine/verdict.js';
import { Finding, Skip } from '../stage/finding.js';
import { Transcript } from '../stage/transcript.js';
import { OpenTunnelError } from './open-tunnel.js';
import { ServiceStage, type ServiceUnderTest } from './service-stage.js';

/** A scenario that judges a service. Only clauses of the guides fail there: our own choices are no rule for others. */
export interface ServiceScenario extends Pick<ClientScenario, 'id' | 'title' | 'rules' | 'why'> {
  readonly role: 'service';
  readonly run: (stage: ServiceStage) => Promise<void>;
}

/** Declares a scenario about a service. */
export function serviceScenario(definition: Omit<ServiceScenario, 'role'>): ServiceScenario {
  return { ...definition, role: 'service' };
}

export interface ServiceSuiteOptions {
  readonly service: ServiceUnderTest;
  readonly scenarios: readonly ServiceScenario[];
  readonly patienceMs?: number;
  readonly onResult?: (result: ScenarioResult, done: number, total: number) => void;
  /** Ends the run early; what did not run is skipped. */
  readonly signal?: AbortSignal;
}

const DEFAULT_PATIENCE_MS = 5000;
/** A scenario takes at most this many times the patience. */
const BOUND_IN_PATIENCES = 12;

/** The scenarios about a service that ids, patterns or topics ask for. */
export function selectService(
  scenarios: readonly ServiceScenario[],
  { only, topics }: { readonly only?: readonly string[]; readonly topics?: readonly string[] },
): ServiceScenario[] {
  return scenarios.filter(({ id }) => {
    if (topics !== undefined && !topics.includes(topicOf(id))) return false;
    return only === undefined || only.some((wanted) => matches(wanted, id, `${id}@service`));
  });
}

/**
 * Runs the scenarios one after the other; what fails is run once more before it is reported.
 * @throws {Error} with the socket's code where the service cannot be reached; OpenTunnelError where no tunnel is to be had.
 */
export async function runServiceSuite(options: ServiceSuiteOptions): Promise<SuiteResult> {
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  const results: ScenarioResult[] = [];
  for (const scenario of options.scenarios) {
    let result = await runOnce(scenario, options, results.length === 0);
    if ((result.verdict === 'fail' || result.verdict === 'warn') && options.signal?.aborted !== true) {
      const again = await runOnce(scenario, options, false);
      if (again.verdict === 'pass')
        result = { ...result, verdict: 'flaky', reason: 'passed when run again', reasonCode: 'passed-alone' };
      else if (again.verdict !== 'skipped') result = again;
    }
    results.push(result);
    options.onResult?.(result, results.length, options.scenarios.length);
  }
  return {
    client: `service at ${options.service.url}`,
    startedAt,
    durationMs: Math.round(performance.now() - begun),
    long: false,
    interrupted: options.signal?.aborted === true,
    results,
  };
}

type Judged = Pick<ScenarioResult, 'verdict' | 'defects' | 'reason' | 'reasonCode'>;

async function runOnce(
  scenario: ServiceScenario,
  options: ServiceSuiteOptions,
  isFirst: boolean,
): Promise<ScenarioResult> {
  const begun = performance.now();
  const transcript = new Transcript();
  const patienceMs = options.patienceMs ?? DEFAULT_PATIENCE_MS;
  const stage = new ServiceStage(options.service, transcript, patienceMs);
  let judged: Judged = { verdict: 'pass', defects: [] };
  try {
    if (options.signal?.aborted === true) throw new Skip(RUN_ENDED, 'run-ended');
    await bounded(scenario.run(stage), patienceMs * BOUND_IN_PATIENCES, options.signal);
  } catch (error) {
    // What keeps the first scenario from even asking will keep all others: say it once.
    if (isFirst && isUnreachable(error)) throw error;
    judged = judge(error, transcript);
  } finally {
    stage.close();
  }
  return {
    ...judged,
    key: `${scenario.id}@service`,
    scenario,
    role: 'service',
    version: 'V3',
    transcript: transcript.lines(),
    output: '',
    exit: '',
    command: '',
    durationMs: Math.round(performance.now() - begun),
  };
}

function isUnreachable(error: unknown): boolean {
  if (error instanceof OpenTunnelError) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || /CERT|TLS/.test(code ?? '');
}

function judge(error: unknown, transcript: Transcript): Judged {
  if (error instanceof Skip)
    return { verdict: 'skipped', defects: [], reason: error.message, reasonCode: error.code };
  if (!(error instanceof Finding)) {
    return { verdict: 'error', defects: [], reason: transcript.shown(String(error)), reasonCode: 'harness' };
  }
  const { rule, symptom, force } = error;
  const verdict = severityOf(rule, force);
  return { verdict, defects: [defectOf(verdict, rule, symptom, transcript.shown(error.detail))] };
}
