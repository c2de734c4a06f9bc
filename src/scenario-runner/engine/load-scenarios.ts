import { readdir } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isRuleId } from '../../protocol/index.js';
import { importDefault, ScenarioFileError } from './import-file.js';
import type { Scenario, ServiceScenario } from './scenario.js';

export { ScenarioFileError };

/** The suites of the package. Their folder is beside the runner, both in the sources and in the built package. */
export const BUILT_IN_SCENARIOS = fileURLToPath(new URL('../../../scenarios', import.meta.url));

/**
 * Real SSH through the client under test. These scenarios run only if they are named, because they need programs and
 * take minutes.
 */
export const SSH_SCENARIOS = join(BUILT_IN_SCENARIOS, 'ssh', 'suite');

/** Folders in the built-in suites that other functions load. */
const NOT_FOR_ALL = new Set(['ssh', 'service']);
/** Folders with files that are not scenarios, at any place. */
const NO_SCENARIOS = new Set(['support', 'node_modules']);

const VERSION = z.enum(['V1', 'V2', 'V3']);
const common = {
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/, 'must read <topic>/<name>, in small letters'),
  title: z.string().min(1),
  why: z.string().min(1),
  expects: z.string().min(1).optional(),
  rules: z
    .array(
      z.string().refine(isRuleId, { error: (issue) => `'${issue.input}' is not a rule; see docs/rules.md` }),
    )
    .min(1, 'must name a rule of the protocol'),
  run: z.custom((value) => typeof value === 'function', 'must be a function'),
};
const clientScenario = z.strictObject({
  ...common,
  role: z.enum(['source', 'destination', 'client']),
  versions: z.union([z.array(VERSION).min(1), z.literal('any')]).optional(),
  long: z.boolean().optional(),
  extraMs: z.number().positive().optional(),
  needs: z
    .strictObject({
      services: z.int().optional(),
      connections: z.int().optional(),
      reconnects: z.literal(true).optional(),
      clientToken: z.literal(true).optional(),
      kind: z.enum(['local-proxy', 'library']).optional(),
      process: z.literal(true).optional(),
    })
    .optional(),
});
const serviceScenario = z.strictObject({
  ...common,
  role: z.literal('service'),
  versions: z.array(VERSION).min(1).optional(),
  extraMs: z.number().positive().optional(),
});
const anyScenario = z.discriminatedUnion('role', [clientScenario, serviceScenario]);

/**
 * Loads the scenarios about clients in a folder, sorted by id. The default export of a file is a scenario or a list of
 * scenarios.
 * @param known scenarios that exist already: their ids must not occur again
 * @throws {ScenarioFileError} which names the file, if it has no scenario, if a scenario is incomplete, or if an id
 * occurs twice.
 */
export async function loadScenarios(
  folder: string,
  known: readonly { readonly id: string }[] = [],
): Promise<Scenario[]> {
  const all = await load(folder, known);
  return all
    .filter((each): each is Scenario => each.role !== 'service')
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Loads the scenarios that judge a service, in the order of their files. */
export async function loadServiceScenarios(
  folder = join(BUILT_IN_SCENARIOS, 'service'),
  known: readonly { readonly id: string }[] = [],
): Promise<ServiceScenario[]> {
  return (await load(folder, known)).filter((each): each is ServiceScenario => each.role === 'service');
}

async function load(
  folder: string,
  known: readonly { readonly id: string }[],
): Promise<(Scenario | ServiceScenario)[]> {
  const root = resolve(folder);
  const files = new Map(known.map(({ id }) => [id, 'the built-in scenarios']));
  const scenarios: (Scenario | ServiceScenario)[] = [];
  for (const path of await scenarioFiles(root)) {
    const exported = await importDefault(path);
    for (const item of Array.isArray(exported) ? exported : [exported]) {
      const scenario = checked(item, relative(root, path));
      const other = files.get(scenario.id);
      if (other !== undefined)
        throw new ScenarioFileError(`${path}: id '${scenario.id}' is also in ${other}`);
      files.set(scenario.id, path);
      scenarios.push(scenario);
    }
  }
  return scenarios;
}

async function scenarioFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch((error: Error) => {
    throw new ScenarioFileError(`Cannot read the scenarios in ${root}: ${error.message}`);
  });
  const files = entries
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|mts|js|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const folders = relative(root, path).split(sep);
      return !folders.some(
        (part) => NO_SCENARIOS.has(part) || (root === BUILT_IN_SCENARIOS && NOT_FOR_ALL.has(part)),
      );
    })
    .sort();
  if (files.length === 0)
    throw new ScenarioFileError(`There is no scenario file (.js, .mjs, .ts) in ${root}`);
  return files;
}

function checked(item: unknown, file: string): Scenario | ServiceScenario {
  if (typeof item !== 'object' || item === null) {
    throw new ScenarioFileError(
      `${file}: the default export is not a scenario (use scenario({ id, …, run }))`,
    );
  }
  const { error } = anyScenario.safeParse(item, { reportInput: true });
  if (error === undefined) return item as Scenario | ServiceScenario;
  const { id } = item as { id?: unknown };
  const wrong = error.issues.map(({ path, message, code, input }) => {
    const field = path.join('.');
    const isMissing = code === 'invalid_type' && input === undefined;
    return `${field === '' ? '' : `'${field}' `}${isMissing ? 'is missing' : message}`;
  });
  throw new ScenarioFileError(`${file}${typeof id === 'string' ? ` (${id})` : ''}: ${wrong.join('; ')}`);
}
