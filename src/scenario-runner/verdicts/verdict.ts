import { type RuleId, ruleById } from '../../protocol/index.js';
import type { Force, SkipCode } from './finding.js';
import { type SymptomName, symptomOf } from './symptoms.js';

/**
 * `fail` a MUST is broken, `warn` a SHOULD, `info` worth knowing where the guides say nothing, `crash` ended by a signal or
 * hung until killed, `flaky` failed once and passed when run alone, `skipped` does not apply, `blocked` cannot be judged
 * for a fault that is reported elsewhere, `error` the harness's own fault.
 */
export type Verdict = 'pass' | 'info' | 'fail' | 'warn' | 'crash' | 'flaky' | 'skipped' | 'blocked' | 'error';

/** One thing that was wrong. Alike in rule, code and trigger means: the same defect. */
export interface Defect {
  readonly verdict: 'fail' | 'warn' | 'crash' | 'info';
  readonly rule: RuleId;
  /** The symptom's code (src/scenario-runner/verdicts/symptoms.ts). */
  readonly code: string;
  /** The code of what it followed from, where there are several such. */
  readonly trigger?: string;
  /** The code in English. */
  readonly symptom: string;
  readonly detail: string;
  /** Seen in the very bytes that the client sent; what else is found in the same run may be its consequence. */
  readonly onWire?: boolean;
}

/**
 * Why a verdict is what it is, where no defect says so. `passed-alone`: it failed beside others only. `not-started`: the
 * client could not be started. `blocked`: see `blockedBy`. `harness`: a fault of the runner or of a scenario.
 */
export type ReasonCode = SkipCode | 'passed-alone' | 'not-started' | 'blocked' | 'harness';

/** Whether a broken rule is a `fail` or a `warn`. A rule that is this project's own choice never fails a client. */
export function severityOf(rule: RuleId, force?: Force): 'fail' | 'warn' | 'info' {
  const known = ruleById(rule);
  if (force === 'silent') return 'info';
  if (known.from.every((from) => from === 'project')) return 'warn';
  if (force !== undefined) return force === 'MUST' ? 'fail' : 'warn';
  return known.force.includes('MUST') || known.force.includes('MUST NOT') ? 'fail' : 'warn';
}

/** A defect from what was seen. */
export function defectOf(
  verdict: Defect['verdict'],
  rule: RuleId,
  seen: SymptomName,
  detail: string,
): Defect {
  const { code, text, trigger } = symptomOf(seen);
  return { verdict, rule, code, symptom: text, detail, ...(trigger !== undefined && { trigger }) };
}

/** What makes two defects the same, as text. */
export function identityOf({ rule, code, trigger }: Pick<Defect, 'rule' | 'code' | 'trigger'>): string {
  return [rule, code, ...(trigger === undefined ? [] : [trigger])].join(' ');
}

const GRAVITY: readonly Verdict[] = [
  'pass',
  'skipped',
  'blocked',
  'info',
  'flaky',
  'warn',
  'fail',
  'crash',
  'error',
];

/** The gravest of several verdicts. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce<Verdict>((a, b) => (GRAVITY.indexOf(b) > GRAVITY.indexOf(a) ? b : a), 'pass');
}
