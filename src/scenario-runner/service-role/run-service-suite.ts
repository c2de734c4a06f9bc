import type { SuiteResult } from '../engine/run-suite.js';
import type { ClientScenario } from '../engine/scenario.js';
import { type ScenarioResult, severityOf } from '../engine/verdict.js';
import { Finding } from '../stage/finding.js';
import { Transcript } from '../stage/transcript.js';
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
}

/** Runs the scenarios one after the other; what fails is run once more before it is reported. */
export async function runServiceSuite(options: ServiceSuiteOptions): Promise<SuiteResult> {
  const begun = performance.now();
  const startedAt = new Date().toISOString();
  const results: ScenarioResult[] = [];
  for (const scenario of options.scenarios) {
    let result = await runOnce(scenario, options);
    if (result.verdict === 'fail' || result.verdict === 'warn') {
      const again = await runOnce(scenario, options);
      const passed = again.verdict === 'pass';
      result = passed ? { ...result, verdict: 'flaky', reason: 'passed when run again' } : again;
    }
    results.push(result);
    options.onResult?.(result, results.length, options.scenarios.length);
  }
  const durationMs = Math.round(performance.now() - begun);
  return { client: `service at ${options.service.url}`, startedAt, durationMs, long: false, results };
}

async function runOnce(scenario: ServiceScenario, options: ServiceSuiteOptions): Promise<ScenarioResult> {
  const begun = performance.now();
  const transcript = new Transcript();
  const stage = new ServiceStage(options.service, transcript, options.patienceMs ?? 5000);
  const judged = await scenario.run(stage).then(
    () => ({ verdict: 'pass' as const, defects: [] }),
    (error: unknown) => {
      if (!(error instanceof Finding))
        return { verdict: 'error' as const, defects: [], reason: String(error) };
      const { rule, symptom, detail, force } = error;
      const verdict = severityOf(rule, force);
      return { verdict, defects: [{ verdict, rule, symptom, detail }] };
    },
  );
  stage.close();
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
