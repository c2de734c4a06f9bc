import type { MessageFormat, Side } from '../../protocol/index.js';
import type { TranscriptLine } from '../trial/index.js';
import type { Defect, ReasonCode, Verdict } from '../verdicts/index.js';
import type { Scenario, ServiceScenario } from './scenario.js';

/** The outcome of one scenario for one role and version. */
export interface ScenarioResult {
  /** `<scenario>@<role>/<version>`; of a service `<scenario>@service/<version>`, V3 left out. */
  readonly key: string;
  readonly scenario: Scenario | ServiceScenario;
  readonly role: Side | 'service';
  readonly version: MessageFormat;
  readonly verdict: Verdict;
  /** Why the scenario was skipped, blocked or flaky, or what was wrong in the harness. */
  readonly reason?: string;
  readonly reasonCode?: ReasonCode;
  /** The key of the result that blocks this one. */
  readonly blockedBy?: string;
  readonly defects: readonly Defect[];
  /** Whether the scenario ran to its end. If not, its first defect, or its reason, says what ended it. */
  readonly isWhole?: boolean;
  readonly transcript: readonly TranscriptLine[];
  /** The end of what the client printed. */
  readonly output: string;
  /** How the client ended, in words. */
  readonly exit: string;
  /** The command that starts the client in the same way by hand, without secrets. */
  readonly command: string;
  readonly durationMs: number;
}

/** The results of a run. */
export interface SuiteResult {
  readonly client: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly long: boolean;
  /** The seed that ids and bytes were drawn from. */
  readonly seed: number;
  /** Whether the run was ended before everything was judged. */
  readonly interrupted: boolean;
  readonly results: readonly ScenarioResult[];
}

const NOTHING = { defects: [], transcript: [], output: '', exit: '', command: '', durationMs: 0 } as const;

/** The result of an instance that was not run. */
export function notRun(
  instance: Pick<ScenarioResult, 'key' | 'scenario' | 'role' | 'version'>,
  verdict: 'skipped' | 'blocked',
  reason: string,
  reasonCode: ReasonCode,
): ScenarioResult {
  const { key, scenario, role, version } = instance;
  return { key, scenario, role, version, verdict, reason, reasonCode, ...NOTHING };
}
