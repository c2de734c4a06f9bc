import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isRuleId } from '../../protocol/index.js';
import type { ServiceScenario } from '../service-role/run-service-suite.js';
import type { Scenario } from './scenario.js';

/** A scenario file that cannot be used. `code` is stable. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
  readonly code = 'INVALID_SCENARIO';
}

/** The suites that come with the package. Beside the runner, in sources and in what is built alike. */
export const BUILT_IN_SCENARIOS = fileURLToPath(new URL('../../../scenarios', import.meta.url));

/** Folders of the suites that hold no scenario files. */
const NO_SCENARIOS = new Set(['mutants', 'support', 'ssh', 'service']);

/**
 * Loads every scenario file below a folder, in order of their ids. A file's default export is a scenario or a list.
 * @throws {ScenarioFileError} naming the file, where it has no scenario or an id occurs twice.
 */
export async function loadScenarios(folder: string): Promise<Scenario[]> {
  const root = resolve(folder);
  const known = new Map<string, string>();
  const scenarios: Scenario[] = [];
  for (const path of await scenarioFiles(root)) {
    const loaded: unknown = await import(pathToFileURL(path).href);
    const exported = (loaded as { default?: unknown }).default;
    for (const item of Array.isArray(exported) ? exported : [exported]) {
      const scenario = checked(item, relative(root, path));
      const other = known.get(scenario.id);
      if (other !== undefined)
        throw new ScenarioFileError(`${path}: id '${scenario.id}' is also in ${other}`);
      known.set(scenario.id, path);
      scenarios.push(scenario);
    }
  }
  return scenarios.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Loads the scenarios that judge a service. */
export async function loadServiceScenarios(
  folder = join(BUILT_IN_SCENARIOS, 'service'),
): Promise<ServiceScenario[]> {
  const scenarios: ServiceScenario[] = [];
  for (const path of await scenarioFiles(resolve(folder))) {
    const loaded = (await import(pathToFileURL(path).href)) as { default: ServiceScenario[] };
    scenarios.push(...loaded.default);
  }
  return scenarios;
}

async function scenarioFiles(root: string): Promise<string[]> {
  let entries: Awaited<ReturnType<typeof list>>;
  try {
    entries = await list(root);
  } catch (error) {
    throw new ScenarioFileError(`Cannot read the scenarios in ${root}: ${(error as Error).message}`);
  }
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|js|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(root, path)
          .split('/')
          .some((part) => NO_SCENARIOS.has(part)),
    );
}

function list(root: string) {
  return readdir(root, { recursive: true, withFileTypes: true });
}

function checked(item: unknown, file: string): Scenario {
  const scenario = item as Partial<Scenario> | undefined;
  if (typeof scenario?.run !== 'function' || typeof scenario.id !== 'string') {
    throw new ScenarioFileError(`${file}: the default export is no scenario (use scenario({ id, …, run }))`);
  }
  if (!/^[a-z0-9-]+\/[a-z0-9.-]+$/.test(scenario.id)) {
    throw new ScenarioFileError(`${file}: id '${scenario.id}' must read <topic>/<name>`);
  }
  const unknown = (scenario.rules ?? []).filter((rule) => !isRuleId(rule));
  if (scenario.rules === undefined || scenario.rules.length === 0 || unknown.length > 0) {
    throw new ScenarioFileError(
      `${file}: 'rules' must name rules of the protocol, found [${unknown.join(', ')}]`,
    );
  }
  return scenario as Scenario;
}
