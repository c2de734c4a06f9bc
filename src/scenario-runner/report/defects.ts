import { type RuleId, ruleById } from '../../protocol/index.js';
import type { ScenarioResult } from '../engine/index.js';
import { type Defect, identityOf, type SymptomCode, severityRank, triggerNamed } from '../verdicts/index.js';
import { linkOf } from './evidence.js';

/** Findings with the same rule, symptom and trigger. They are most likely one bug in the client. */
export interface DistinctDefect {
  readonly verdict: Defect['verdict'];
  readonly rule: RuleId;
  /** The codes of the symptom and of its trigger. */
  readonly code: string;
  readonly trigger?: string;
  /** The codes of all its triggers, if there are three or more: then no single one of them matters. */
  readonly triggers?: readonly string[];
  readonly symptom: string;
  /** The clause that was broken, and where it comes from. */
  readonly clause: string;
  readonly from: readonly string[];
  /** Where the text of the rule stands. */
  readonly link: string;
  /** Every result that shows this defect. */
  readonly seenIn: readonly { readonly key: string; readonly detail: string }[];
  /**
   * The rule and symptom of the most likely cause. It is something that the client sent wrongly in every run with this
   * defect, because a peer cannot continue after it. Or it is a graver or more frequent defect whose trigger came in every
   * run with this defect.
   */
  readonly mayFollowFrom?: string;
}

/** A symptom with this many different triggers does not depend on one of them. */
const MANY_TRIGGERS = 3;
/** How many triggers the text of a defect names. */
const MOST_NAMED = 3;

/** Each of these symptoms says that no new connection works. */
const NOTHING_OPENS = new Set<string>([
  'no-new-connection',
  'no-stream-start',
  'did-not-dial',
  'did-not-dial:reset',
  'did-not-dial:closed',
  'does-not-listen',
  'turns-applications-away',
] satisfies SymptomCode[]);

/** Findings of one kind. */
interface Group {
  readonly first: Defect;
  readonly seen: readonly { readonly result: ScenarioResult; readonly defect: Defect }[];
  readonly triggers: readonly string[];
}

/**
 * Groups equal findings. Causes come before the defects that may follow from them, then the gravest and most frequent
 * come first.
 *
 * 1. Findings with the same rule, symptom and trigger are one defect.
 * 2. Findings with the same rule and symptom after three triggers or more are one defect, too.
 * 3. A defect may follow from something that the client sent wrongly in each of its runs.
 * 4. A defect may follow from another one, if the trigger of that one came in each of its runs, after the client last
 *    carried bytes both ways.
 * 5. If no new connection works after three triggers or more, the same symptom after another trigger may follow from it.
 */
export function distinctDefects(results: readonly ScenarioResult[]): DistinctDefect[] {
  const groups = merged(alike(results)).sort(byWeight);
  const roots: Group[] = [];
  const causes = new Map<Group, Defect>();
  for (const group of groups) {
    const cause = onWireCause(group) ?? roots.find((root) => follows(group, root))?.first;
    if (cause === undefined) roots.push(group);
    else causes.set(group, cause);
  }
  return groups
    .map((group) => described(group, causes.get(group)))
    .sort((a, b) => Number(a.mayFollowFrom !== undefined) - Number(b.mayFollowFrom !== undefined));
}

function alike(results: readonly ScenarioResult[]): Group[] {
  const groups = new Map<string, { result: ScenarioResult; defect: Defect }[]>();
  for (const result of results) {
    if (result.verdict === 'flaky') continue;
    for (const defect of result.defects) {
      const name = identityOf(defect);
      groups.set(name, [...(groups.get(name) ?? []), { result, defect }]);
    }
  }
  return [...groups.values()].map(grouped);
}

function grouped(seen: Group['seen']): Group {
  const gravest = [...seen].sort((a, b) => severityRank(a.defect.verdict) - severityRank(b.defect.verdict));
  const triggers = new Set(seen.map(({ defect }) => defect.trigger).filter((each) => each !== undefined));
  return { first: gravest[0]!.defect, seen, triggers: [...triggers] };
}

/** Merges groups that differ only in their triggers, if there are many. */
function merged(groups: readonly Group[]): Group[] {
  const bySymptom = new Map<string, Group[]>();
  for (const group of groups) {
    const name = `${group.first.rule} ${group.first.code}`;
    bySymptom.set(name, [...(bySymptom.get(name) ?? []), group]);
  }
  return [...bySymptom.values()].flatMap((same) => {
    const withTrigger = same.filter(({ triggers }) => triggers.length > 0);
    if (withTrigger.length < MANY_TRIGGERS) return same;
    return [grouped(same.flatMap(({ seen }) => seen))];
  });
}

function byWeight(a: Group, b: Group): number {
  return (
    severityRank(a.first.verdict) - severityRank(b.first.verdict) ||
    b.seen.length - a.seen.length ||
    Number(a.triggers.length === 0) - Number(b.triggers.length === 0)
  );
}

/** What was wrong on the wire in all of these runs. Undefined if nothing was wrong in one of them. */
function onWireCause({ first, seen }: Group): Defect | undefined {
  if (first.onWire === true) return undefined;
  const onWire = seen.map(({ result }) => result.defects.find((defect) => defect.onWire === true));
  return onWire.includes(undefined) ? undefined : onWire[0];
}

/** Whether a trigger of the root came in each run of the group. */
function follows(group: Group, root: Group): boolean {
  if (root.triggers.length === 0 || group.first.verdict === 'info' || root.first.verdict === 'info')
    return false;
  const opensNothing = NOTHING_OPENS.has(root.first.code) && NOTHING_OPENS.has(group.first.code);
  if (opensNothing && root.triggers.length >= MANY_TRIGGERS) return true;
  return group.seen.every(({ defect: { trigger, amid = [] } }) =>
    root.triggers.some((each) => each === trigger || amid.includes(each)),
  );
}

function described({ first, seen, triggers }: Group, cause: Defect | undefined): DistinctDefect {
  const { verdict, rule, code, trigger } = first;
  const { text, from } = ruleById(rule);
  const isMany = triggers.length >= MANY_TRIGGERS;
  return {
    ...{ verdict, rule, code, clause: text, from, link: linkOf(rule) },
    symptom: isMany ? `${bare(first)} after ${listed(triggers)}` : first.symptom,
    ...(isMany ? { triggers } : trigger !== undefined && { trigger }),
    seenIn: seen.map(({ result: { key }, defect: { detail } }) => ({ key, detail })),
    ...(cause !== undefined && { mayFollowFrom: `${cause.rule}: ${cause.symptom}` }),
  };
}

/** The symptom without its trigger. */
function bare({ symptom, trigger }: Defect): string {
  return trigger === undefined ? symptom : symptom.replace(` after ${triggerNamed(trigger).text}`, '');
}

function listed(triggers: readonly string[]): string {
  const texts = triggers.map((code) => triggerNamed(code).text);
  const more = texts.length - MOST_NAMED;
  return more > 0
    ? `${texts.slice(0, MOST_NAMED).join(', ')} and ${more} more`
    : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
