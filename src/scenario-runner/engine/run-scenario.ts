import type { ClientAdapter } from '../adapters/adapter.js';
import { after } from '../stage/after.js';
import { type ClientUnderTest, describeExit } from '../stage/client.js';
import { Crash, Finding, Skip } from '../stage/finding.js';
import { race } from '../stage/race.js';
import type { ScriptedService } from '../stage/scripted-service.js';
import { Transcript } from '../stage/transcript.js';
import { endedBy } from '../verdicts/symptoms.js';
import type { Instance } from './instances.js';
import { type Scene, setScene } from './scene.js';
import {
  type Defect,
  defectOf,
  gravest,
  identityOf,
  type ReasonCode,
  type ScenarioResult,
  severityOf,
  type Verdict,
} from './verdict.js';
import type { Workbench } from './workbench.js';

export interface RunConditions {
  readonly adapter: ClientAdapter;
  readonly workbench: Workbench;
  /** How long an expected thing may take, in milliseconds. */
  readonly patienceMs: number;
  readonly long: boolean;
  /** Ends the scenario at once. */
  readonly signal?: AbortSignal | undefined;
}

/** Under `--long`, lines of the transcript's beginning and end, and characters of the output, kept of what passed. */
const LINES_OF_PASSED = 20;
const OUTPUT_OF_PASSED = 2000;
/** Why a scenario was not judged that Ctrl-C ended. */
export const RUN_ENDED = 'the run was ended';

/** A scenario takes at most this many times the patience; more is the harness's own fault. */
const BOUND_IN_PATIENCES = 16;
/** How often a scenario may have to wait for somebody to start the client. */
const STARTS_BY_HAND = 4;

/** Runs one scenario against a fresh client. Never rejects: whatever happens becomes a verdict. */
export async function runScenario(instance: Instance, conditions: RunConditions): Promise<ScenarioResult> {
  const begun = performance.now();
  const { adapter, patienceMs } = conditions;
  const { role, version, scenario } = instance;
  const transcript = new Transcript();
  const outcome: Outcome = { defects: [] };
  let scene: Scene | undefined;
  try {
    scene = await setScene(instance, conditions, transcript);
    const byHand = STARTS_BY_HAND * (adapter.standing?.connectMs ?? 0);
    const bound =
      patienceMs * BOUND_IN_PATIENCES + adapter.declares.dialMs * 3 + (scenario.extraMs ?? 0) + byHand;
    await bounded(scenario.run(scene.stage), bound, conditions.signal);
    scene.client.throwIfCrashed();
  } catch (error) {
    judge(error, scene?.client, outcome);
  }
  if (scene !== undefined) {
    // What the service closed the connection over explains whatever did not happen after.
    const isExplained = scene.service.allLinks.some(({ failure }) => failure !== undefined);
    if (isExplained) outcome.defects = outcome.defects.filter(({ verdict }) => verdict === 'crash');
    outcome.defects.push(...offences(scene.service));
  }
  await scene?.close();
  const verdict =
    outcome.verdict ?? gravest(['pass', ...outcome.defects.map((defect): Verdict => defect.verdict)]);
  const { client, request } = scene ?? {};
  const output = transcript.shown(client?.running?.output() ?? '');
  return {
    key: instance.key,
    scenario,
    role,
    version,
    verdict,
    ...(outcome.reason !== undefined && { reason: transcript.shown(outcome.reason) }),
    ...(outcome.reasonCode !== undefined && { reasonCode: outcome.reasonCode }),
    defects: outcome.defects.map((defect) => ({ ...defect, detail: transcript.shown(defect.detail) })),
    ...(verdict === 'pass' && conditions.long
      ? { transcript: transcript.lines(LINES_OF_PASSED), output: shortened(output) }
      : { transcript: transcript.lines(), output }),
    exit: client?.exit === undefined ? '' : describeExit(client.exit),
    command: request === undefined ? '' : (adapter.commandLine?.(request) ?? ''),
    durationMs: Math.round(performance.now() - begun),
  };
}

interface Outcome {
  defects: Defect[];
  verdict?: Verdict;
  reason?: string;
  reasonCode?: ReasonCode;
}

/** What was thrown, as a defect, a reason to skip, or a fault of the harness. */
function judge(error: unknown, client: ClientUnderTest | undefined, outcome: Outcome): void {
  const exit = client?.exit;
  if (exit?.startError !== undefined) {
    outcome.verdict = 'error';
    outcome.reason = `the client could not be started: ${exit.startError}`;
    outcome.reasonCode = 'not-started';
  } else if (error instanceof Crash) {
    outcome.defects.push(defectOf('crash', 'S17', error.symptom, error.detail));
  } else if (error instanceof Skip) {
    outcome.verdict = 'skipped';
    outcome.reason = error.message;
    outcome.reasonCode = error.code;
  } else if (error instanceof Finding) {
    // A process that was ended by a signal explains whatever did not happen after.
    if (exit?.signal != null && !exit.asked) {
      const detail = `then ${error.message}`;
      outcome.defects.push(defectOf('crash', 'S17', endedBy(exit.signal), detail));
      return;
    }
    const { rule, symptom, detail, force } = error;
    outcome.defects.push(defectOf(severityOf(rule, force), rule, symptom, detail));
  } else {
    outcome.verdict = 'error';
    outcome.reasonCode = 'harness';
    outcome.reason = error instanceof Error ? (error.stack ?? error.message) : `it threw ${String(error)}`;
  }
}

/** What the client broke on the wire by the way. */
function offences(service: ScriptedService): Defect[] {
  const defects: Defect[] = [];
  for (const { monitor } of service.allLinks) {
    for (const { rule, symptom, detail } of monitor.offences) {
      const defect = { ...defectOf(severityOf(rule), rule, symptom, detail), onWire: true };
      if (!defects.some((known) => identityOf(known) === identityOf(defect))) defects.push(defect);
    }
  }
  return defects;
}

function shortened(output: string): string {
  if (output.length <= OUTPUT_OF_PASSED) return output;
  // Copied, since a slice would hold the whole text.
  return Buffer.from(`… ${output.slice(-OUTPUT_OF_PASSED)}`).toString();
}

/** Waits for a scenario, but not for ever: its own waits should have bounds. */
export async function bounded(
  running: Promise<void>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const over = new AbortController();
  running.catch(() => {});
  const late = after(ms, over.signal).then(() => {
    throw new Error(`The scenario itself did not end within ${ms} ms: a wait in it has no bound`);
  });
  const ended = new Promise<never>((_, reject) => {
    const end = (): void => reject(new Skip(RUN_ENDED, 'run-ended'));
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end, { signal: over.signal });
  });
  try {
    await race([running, late, ended]);
  } finally {
    over.abort();
  }
}
