import {
  AttachedAdapter,
  BUILT_IN_SCENARIOS,
  type ClientAdapter,
  CommandAdapter,
  instancesOf,
  loadScenarios,
  OwnProxies,
  readClientDefinition,
  runSuite,
  type Scenario,
  SSH_SCENARIOS,
  type SuiteResult,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';
import { stopOnSignal } from '../stop-signal.js';
import type { Again } from './again.js';
import { type AttachFlags, announce, attachedAdapter } from './attach.js';
import { conclude, prepare } from './conclude.js';
import { selectionOf, type VerifyFlags } from './flags.js';
import { Progress } from './progress.js';

/** Judges a client: by a definition file, an attached client, or the proxies of this package. */
export async function judgeClient(
  file: string | undefined,
  flags: VerifyFlags & AttachFlags,
  again: Again,
): Promise<void> {
  const scenarios = await builtIn(flags);
  if (flags.scenarios !== undefined) scenarios.push(...(await loadScenarios(flags.scenarios, scenarios)));
  if (flags.list === true) return list(scenarios, file, flags);
  const adapter = await adapterOf(file, flags);
  const earlier = prepare(flags);
  using stopping = stopOnSignal();
  using progress = new Progress();
  const suite = await runSuite({
    adapter,
    scenarios,
    ...selectionOf(flags),
    patienceMs: flags.patience,
    signal: stopping.signal,
    ...(flags.jobs !== undefined && { jobs: flags.jobs }),
    ...(flags.seed !== undefined && { seed: flags.seed }),
    ...(adapter instanceof AttachedAdapter && {
      onReady: ({ caPath, address }) => announce(adapter, address!, caPath),
    }),
    onResult: progress.onResult,
  }).catch(portInUse);
  progress.end();
  conclude(suite, flags, earlier, { remarks: notInstalled(suite), again });
}

/**
 * Loads the suites that the flags ask for. The SSH suite needs `--ssh` or its name; then it runs alone unless more is
 * named.
 */
async function builtIn({ ssh, topic, only }: VerifyFlags): Promise<Scenario[]> {
  const isNamed = topic?.includes('ssh') === true || only?.some((each) => each.startsWith('ssh/')) === true;
  if (ssh !== true && !isNamed) return loadScenarios(BUILT_IN_SCENARIOS);
  const cases = await loadScenarios(SSH_SCENARIOS);
  return topic === undefined && only === undefined
    ? cases
    : [...(await loadScenarios(BUILT_IN_SCENARIOS)), ...cases];
}

/** Remarks about scenarios that were skipped because a program is not installed. */
function notInstalled({ results }: SuiteResult): string[] {
  const reasons = results
    .filter(({ reasonCode }) => reasonCode === 'not-installed')
    .map(({ reason }) => reason ?? '');
  return [...new Set(reasons)].map((reason) => {
    const times = reasons.filter((each) => each === reason).length;
    return `*** SKIPPED ${times} scenarios: ${reason} ***`;
  });
}

async function adapterOf(file: string | undefined, flags: VerifyFlags & AttachFlags): Promise<ClientAdapter> {
  if (flags.attach !== undefined && flags.own !== true) return attachedAdapter(flags.attach, flags, file);
  if (Number(file !== undefined) + Number(flags.own === true) + Number(flags.attach !== undefined) !== 1) {
    throw new UsageError('Give a client file, or --own, or --attach <role>: exactly one of them');
  }
  return file === undefined ? new OwnProxies() : new CommandAdapter(await readClientDefinition(file));
}

async function list(
  scenarios: readonly Scenario[],
  file: string | undefined,
  flags: VerifyFlags & AttachFlags,
): Promise<void> {
  const isAnyGiven = file !== undefined || flags.attach !== undefined || flags.own === true;
  const adapter = isAnyGiven ? await adapterOf(file, flags) : new OwnProxies();
  const instances = instancesOf(scenarios, adapter, selectionOf(flags));
  if (instances.length === 0) throw new UsageError('No scenario matches; verify --list lists all scenarios');
  for (const { key, scenario, skip } of instances) {
    process.stdout.write(`${key}\t${scenario.title}${skip === undefined ? '' : ` (skipped: ${skip})`}\n`);
  }
}

function portInUse(error: NodeJS.ErrnoException): never {
  if (error.syscall === 'listen') {
    throw new UsageError(`Cannot listen for the client: ${error.message}; give another --attach-port`);
  }
  throw error;
}
