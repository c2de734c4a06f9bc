import { type RuleId, ruleById } from '../../protocol/index.js';
import type { Defect, ScenarioResult } from '../engine/verdict.js';

/** Findings alike in rule and symptom: most likely one bug in the client. */
export interface DistinctDefect {
  readonly verdict: Defect['verdict'];
  readonly rule: RuleId;
  readonly symptom: string;
  /** The clause that was broken, and where it comes from. */
  readonly clause: string;
  readonly from: readonly string[];
  /** Every result that shows it. */
  readonly seenIn: readonly { readonly key: string; readonly detail: string }[];
}

const ORDER: readonly Defect['verdict'][] = ['crash', 'fail', 'warn'];

/** Groups what was found, the gravest and most frequent first. */
export function distinctDefects(results: readonly ScenarioResult[]): DistinctDefect[] {
  const groups = new Map<string, { first: Defect; seenIn: { key: string; detail: string }[] }>();
  for (const result of results) {
    if (result.verdict === 'flaky') continue;
    for (const defect of result.defects) {
      const name = `${defect.verdict} ${defect.rule} ${defect.symptom}`;
      const group = groups.get(name) ?? { first: defect, seenIn: [] };
      group.seenIn.push({ key: result.key, detail: defect.detail });
      groups.set(name, group);
    }
  }
  return [...groups.values()]
    .map(({ first, seenIn }) => {
      const { text, from } = ruleById(first.rule);
      const { verdict, rule, symptom } = first;
      return { verdict, rule, symptom, clause: text, from, seenIn };
    })
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || b.seenIn.length - a.seenIn.length);
}
