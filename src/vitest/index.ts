/**
 * `tunnel-testbed/vitest`: the service as a fixture, and a client's verdicts as tests.
 */
import { test as base, beforeAll, describe, expect } from 'vitest';
import { type StartedMockService, startMockService } from '../mock-service/index.js';
import {
  BUILT_IN_SCENARIOS,
  type ClientAdapter,
  CommandAdapter,
  evidenceLines,
  instancesOf,
  linkOf,
  loadScenarios,
  type Repeatable,
  readClientDefinition,
  runSuite,
  type ScenarioResult,
  type Selection,
  transcriptText,
} from '../scenario-runner/index.js';

/** Vitest's `test` with a `service` of its own for each test that asks for one: free port, loopback, stopped after it. */
export const test = base.extend<{ service: StartedMockService }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads a fixture's needs off its first parameter
  service: async ({}, use) => {
    await using service = await startMockService();
    await use(service);
  },
});

/** Options of {@link judgeClient}: which scenarios, and how patiently. */
export interface JudgeOptions extends Selection {
  /** A folder of your own scenarios, besides those built in. */
  readonly scenarios?: string;
  /** How long an expected thing may take, in milliseconds; default 5000. */
  readonly patienceMs?: number;
  /** How long the whole run may take, in milliseconds; default 10 minutes. */
  readonly timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

/**
 * Makes a test of each scenario that applies to a client. Await it at the top of a test file.
 * @param client a client definition file (docs/verify.md), or an adapter.
 * @throws {Error} with code where the definition or a scenario file cannot be used.
 */
export async function judgeClient(client: string | ClientAdapter, options: JudgeOptions = {}): Promise<void> {
  const adapter =
    typeof client === 'string' ? new CommandAdapter(await readClientDefinition(client)) : client;
  const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
  if (options.scenarios !== undefined) scenarios.push(...(await loadScenarios(options.scenarios)));
  const results = new Map<string, ScenarioResult>();
  const roots: ScenarioResult[] = [];
  let repeat: Repeatable = {};
  const told = (result: ScenarioResult): string => describeResult(result, repeat);

  describe(`${adapter.name} keeps the rules`, () => {
    // One run for all: scenarios go on side by side, and what fails is run again alone before it is believed.
    beforeAll(async () => {
      const suite = await runSuite({ ...options, adapter, scenarios });
      for (const result of suite.results) results.set(result.key, result);
      const file = typeof client === 'string' ? client : 'CLIENT.yaml';
      repeat = { command: `npx tunnel-testbed verify ${file} --seed ${suite.seed}` };
      const blocking = new Set(suite.results.map(({ blockedBy }) => blockedBy));
      roots.push(...suite.results.filter(({ key }) => blocking.has(key)));
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);

    const instances = instancesOf(scenarios, adapter, options);
    for (const { key, scenario } of instances) {
      base(`${key}: ${scenario.title}`, (context) => {
        const result = results.get(key)!;
        if (result.verdict === 'skipped' || result.verdict === 'blocked') return context.skip(result.reason);
        expect(['pass', 'info', 'warn', 'flaky'], told(result)).toContain(result.verdict);
      });
    }
    if (instances.filter(({ skip }) => skip === undefined).length < 2) return;
    // Blocked tests are skipped: what blocks them must not be.
    base('it starts, connects and carries an echo in each role and version', () => {
      expect(roots.length, roots.map(told).join('\n\n')).toBe(0);
    });
  });
}

function describeResult(result: ScenarioResult, repeat: Repeatable): string {
  const defects = result.defects.flatMap((defect) => {
    const { rule, symptom, detail } = defect;
    return [`${rule}: ${symptom} (${detail}) [${linkOf(rule)}]`, ...evidenceLines(result, defect, repeat)];
  });
  const happened = transcriptText(defects.length > 0 ? { ...result, output: '', exit: '' } : result);
  return [result.reason ?? '', ...defects, happened].filter((line) => line !== '').join('\n');
}
