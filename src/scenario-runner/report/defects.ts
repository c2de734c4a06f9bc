import { type RuleId, ruleById } from '../../protocol/index.js';
import type { ScenarioResult } from '../engine/index.js';
import { type Defect, identityOf } from '../verdicts/index.js';

/** Findings with the same rule, symptom and trigger. They are most likely one bug in the client. */
export interface DistinctDefect {
  readonly verdict: Defect['verdict'];
  readonly rule: RuleId;
  /** The codes of the symptom and of its trigger. */
  readonly code: string;
  readonly trigger?: string;
  readonly symptom: string;
  /** The clause that was broken, and where it comes from. */
  readonly clause: string;
  readonly from: readonly string[];
  /** Every result that shows this defect. */
  readonly seenIn: readonly { readonly key: string; readonly detail: string }[];
  /**
   * The rule and symptom of something that the client sent wrongly in every run with this defect. It is most likely the
   * cause, because a peer cannot continue after it.
   */
  readonly mayFollowFrom?: string;
}

const ORDER: readonly Defect['verdict'][] = ['crash', 'fail', 'warn', 'info'];

/**
 * Groups equal findings. Causes come before the defects that may follow from them, then the gravest and most frequent
 * come first.
 */
export function distinctDefects(results: readonly ScenarioResult[]): DistinctDefect[] {
  const groups = new Map<string, { first: Defect; seenIn: ScenarioResult[]; details: string[] }>();
  for (const result of results) {
    if (result.verdict === 'flaky') continue;
    for (const defect of result.defects) {
      const name = `${defect.verdict} ${identityOf(defect)}`;
      const group = groups.get(name) ?? { first: defect, seenIn: [], details: [] };
      group.seenIn.push(result);
      group.details.push(defect.detail);
      groups.set(name, group);
    }
  }
  return [...groups.values()]
    .map(({ first, seenIn, details }) => {
      const { text, from } = ruleById(first.rule);
      const { verdict, rule, code, trigger, symptom } = first;
      const cause = first.onWire === true ? undefined : causeOf(seenIn);
      return {
        ...{ verdict, rule, code, symptom, clause: text, from },
        ...(trigger !== undefined && { trigger }),
        seenIn: seenIn.map(({ key }, i) => ({ key, detail: details[i]! })),
        ...(cause !== undefined && { mayFollowFrom: cause }),
      };
    })
    .sort(
      (a, b) =>
        Number(a.mayFollowFrom !== undefined) - Number(b.mayFollowFrom !== undefined) ||
        ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) ||
        b.seenIn.length - a.seenIn.length,
    );
}

/** What was wrong on the wire in all of these runs. Undefined if nothing was wrong in one of them. */
function causeOf(results: readonly ScenarioResult[]): string | undefined {
  const onWire = results.map(({ defects }) => defects.find((defect) => defect.onWire === true));
  const [first] = onWire;
  return first === undefined || onWire.includes(undefined) ? undefined : `${first.rule}: ${first.symptom}`;
}
