import type { MessageFormat, Side } from '../../src/protocol/index.js';
import { ClientSubject } from '../../src/scenario-runner/engine/client-subject.js';
import { judgeInstance } from '../../src/scenario-runner/engine/judge-instance.js';
import { openWorkbench } from '../../src/scenario-runner/engine/workbench.js';
import {
  type Defect,
  type Instance,
  instancesOf,
  type Scenario,
  topicOf,
  type Verdict,
} from '../../src/scenario-runner/index.js';
import { MutantAdapter } from './adapter.js';
import type { Mutant } from './mutant.js';

/** One scenario run against one mutant. */
export interface Cell {
  readonly mutant: string;
  readonly scenario: string;
  readonly role: Side | 'service';
  readonly version: MessageFormat;
  readonly verdict: Verdict;
  /** The first defect; absent where nothing was found. */
  readonly defect?: Defect;
  readonly reason?: string;
  readonly durationMs: number;
}

export interface MutantOptions {
  readonly mutants: readonly Mutant[];
  readonly scenarios: readonly Scenario[];
  /** Every scenario against every mutant in every version, not only those that name its rules. */
  readonly everything?: boolean;
  /** Every scenario given, in the mutant's first version. */
  readonly whole?: boolean;
  readonly patienceMs?: number;
  /** Leaves out runs that would show nothing new: the mutant was caught and the scenario has caught one. */
  readonly prune?: boolean;
  /** Runs to try first, as `mutant scenario`: those that showed something before. The others show whatever is left. */
  readonly first?: ReadonlySet<string>;
  /** Runs at once. They mostly wait, so more than there are processors. */
  readonly jobs?: number;
}

/** The client that passes all: the good client behind the same machinery, with nothing changed. */
export const CONTROL: Mutant = {
  id: 'control',
  breaks: 'nothing',
  rules: ['S17'],
  declares: { pingIntervalMs: 200, noticesMs: 4000 },
  hooks: () => ({ up: { message: (value) => value }, down: { message: (value) => value } }),
};

/** The same with its WebSocket frames passed one by one: what edits frames alone stands on this. */
export const CONTROL_OF_FRAMES: Mutant = {
  ...CONTROL,
  id: 'control-of-frames',
  hooks: () => ({ up: { frame: (frame) => [frame] }, down: { frame: (frame) => [frame] } }),
};
/** The same over TLS, for the scenarios about certificates. */
export const CONTROL_OF_TLS: Mutant = { ...CONTROL, id: 'control-of-tls', rules: ['H13'], tls: 'verified' };
const CONTROLS = new Set([CONTROL.id, CONTROL_OF_FRAMES.id, CONTROL_OF_TLS.id]);

/** What every client is watched by: rules about what it sends are judged in all scenarios, so these stand for them. */
const WATCHED = ['streams/echo', 'streams/app-close-is-reported'];
/** How long an expected thing may take, in milliseconds: short, since most mutants let it run out. */
const PATIENCE_MS = 1200;
const VERSIONS = ['V3', 'V2', 'V1'] as const;
/** Verdicts that count as caught: what is told where the guides are silent is seen, too. */
const CAUGHT: readonly Verdict[] = ['fail', 'warn', 'info', 'crash'];

export function isCaught(cell: Cell): boolean {
  return CAUGHT.includes(cell.verdict);
}

/** Scenarios that make a client send what the monitor of all scenarios then judges. */
const BY_MONITOR = new Set(['websocket/frames-of-bulk', 'messages/all-that-it-sends', 'streams/many-ids']);

/** Whether the scenario itself caught the mutant, not the monitor that watches every scenario. */
export function kills(cell: Cell): boolean {
  return isCaught(cell) && (cell.defect?.onWire !== true || BY_MONITOR.has(cell.scenario));
}

/** Whether a scenario was written by hand; the generated matrix of messages and arrivals is a topic of its own. */
export function isHandWritten({ id }: Scenario): boolean {
  return topicOf(id) !== 'matrix';
}

/** The scenarios run against a mutant in the quick matrix: those whose main rule it breaks, or that name its main rule. */
export function scenariosFor(mutant: Mutant, scenarios: readonly Scenario[]): Scenario[] {
  const [main] = mutant.rules;
  return scenarios.filter(
    ({ id, rules, needs }) =>
      (mutant.rules.includes(rules[0]) || rules.includes(main) || WATCHED.includes(id)) &&
      // A process takes long to start: only what needs one is run against one.
      (mutant.process !== undefined) === (needs?.process === true),
  );
}

interface Run {
  readonly mutant: Mutant;
  readonly adapter: MutantAdapter;
  readonly instance: Instance;
}

/** Runs scenarios against mutants. */
export async function judgeMutants(options: MutantOptions): Promise<Cell[]> {
  const { mutants, scenarios, everything = false, whole = false } = options;
  const runs = mutants.flatMap((mutant) => {
    const versions = mutant.versions ?? VERSIONS;
    if (everything) return versions.flatMap((version) => runsOf(mutant, version, scenarios));
    if (mutant === CONTROL_OF_TLS) return runsOf(mutant, VERSIONS[0], scenariosFor(mutant, scenarios));
    if (CONTROLS.has(mutant.id))
      return VERSIONS.flatMap((v) => runsOf(mutant, v, scenarios.filter(newestIs(v))));
    return runsOf(mutant, versions[0]!, whole ? scenarios : scenariosFor(mutant, scenarios));
  });
  return runAll(runs, options);
}

/**
 * Runs again, with more patience, what was only caught because nothing came in time: a slow machine must not be taken
 * for a caught mutant. Gives the cells that count: caught at once, or caught again.
 */
export async function confirm(cells: readonly Cell[], options: MutantOptions): Promise<Cell[]> {
  const { patienceMs = PATIENCE_MS } = options;
  const caught = cells.filter(isCaught);
  const isQuick = ({ durationMs }: Cell): boolean => durationMs < patienceMs;
  const sure = caught.filter(isQuick);
  const [mutants, scenarios] = [new Set<string>(), new Set<string>()];
  const name = ({ mutant, role }: Cell): string => `${mutant} ${role}`;
  const count = (cell: Cell): void => {
    mutants.add(name(cell));
    if (kills(cell)) scenarios.add(cell.scenario);
  };
  for (const cell of sure) count(cell);
  const slow = caught.filter((cell) => !isQuick(cell));
  while (slow.length > 0) {
    // One cell for each mutant and scenario that has none that is sure; those left over are tried if it fails.
    const round: Cell[] = [];
    const [asked, wanted] = [new Set(mutants), new Set(scenarios)];
    for (const cell of [...slow]) {
      if (asked.has(name(cell)) && (wanted.has(cell.scenario) || !kills(cell))) continue;
      asked.add(name(cell));
      if (kills(cell)) wanted.add(cell.scenario);
      slow.splice(slow.indexOf(cell), 1);
      round.push(cell);
    }
    if (round.length === 0) break;
    const runs = round.flatMap((cell) => {
      const mutant = options.mutants.find(({ id }) => id === cell.mutant)!;
      const against = options.scenarios.filter(({ id }) => id === cell.scenario);
      return runsOf(mutant, cell.version, against).filter(({ instance }) => instance.role === cell.role);
    });
    const again = await runAll(runs, { ...options, patienceMs: 2 * patienceMs });
    for (const cell of again.filter(isCaught)) {
      sure.push(cell);
      count(cell);
    }
  }
  return sure;
}

/** Whether a scenario's newest version is this one: each is run in one version by the quick matrix. */
function newestIs(version: MessageFormat): (scenario: Scenario) => boolean {
  return ({ versions = 'any' }) =>
    version === (versions === 'any' ? VERSIONS[0] : VERSIONS.find((each) => versions.includes(each)));
}

function runsOf(mutant: Mutant, version: MessageFormat, scenarios: readonly Scenario[]): Run[] {
  const adapter = new MutantAdapter(mutant, version);
  return instancesOf(scenarios, adapter, { roles: adapter.roles, versions: [version] })
    .filter(({ skip }) => skip === undefined)
    .map((instance) => ({ mutant, adapter, instance }));
}

async function runAll(runs: readonly Run[], options: MutantOptions): Promise<Cell[]> {
  await using workbench = await openWorkbench();
  const conditions = {
    patienceMs: options.patienceMs ?? PATIENCE_MS,
    long: false,
    signal: undefined,
    seed: 1,
  };
  const cells: Cell[] = [];
  const isFirst = ({ mutant, instance }: Run): boolean =>
    options.first?.has(`${mutant.id} ${instance.scenario.id}`) ?? false;
  const pending = [...runs.filter(isFirst), ...runs.filter((run) => !isFirst(run))];
  const enough = new Enough(conditions.patienceMs);
  const work = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const { mutant, adapter, instance } = next;
      if (options.prune === true && enough.has(mutant.id, instance)) continue;
      const subject = new ClientSubject(adapter, workbench, conditions);
      const { verdict, defects, reason, durationMs } = await judgeInstance(subject, instance, conditions);
      const cell: Cell = {
        mutant: mutant.id,
        scenario: instance.scenario.id,
        role: instance.role,
        version: instance.version,
        verdict,
        durationMs,
        ...(defects[0] !== undefined && { defect: defects[0] }),
        ...(reason !== undefined && { reason }),
      };
      cells.push(cell);
      enough.count(cell);
    }
  };
  await Promise.all(Array.from({ length: options.jobs ?? 16 }, work));
  return cells;
}

/** Which mutants and scenarios have shown all they need to. */
class Enough {
  readonly #caught = new Set<string>();
  readonly #killing = new Set<string>();
  readonly #patienceMs: number;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  count(cell: Cell): void {
    if (cell.durationMs >= this.#patienceMs || !isCaught(cell)) return;
    this.#caught.add(`${cell.mutant} ${cell.role}`);
    if (kills(cell)) this.#killing.add(cell.scenario);
  }

  has(mutant: string, { role, scenario }: Instance): boolean {
    return !CONTROLS.has(mutant) && this.#caught.has(`${mutant} ${role}`) && this.#killing.has(scenario.id);
  }
}
