import { HANDSHAKE_RULES } from './handshake.js';
import { MESSAGE_RULES } from './messages.js';
import { MIXING_RULES } from './mixing.js';
import type { Rule as AnyRule } from './rule.js';
import { SESSION_RULES } from './sessions.js';
import { WEBSOCKET_RULES } from './websocket.js';

export type { Binds, JudgedAt, Provenance, RuleForce } from './rule.js';

const TABLE = [
  ...HANDSHAKE_RULES,
  ...WEBSOCKET_RULES,
  ...MESSAGE_RULES,
  ...SESSION_RULES,
  ...MIXING_RULES,
] as const;

/** The id of a rule: 'H1' … 'H13', 'W1' … 'W6', 'M1' … 'M13', 'S1' … 'S17', 'X1' … 'X5'. */
export type RuleId = (typeof TABLE)[number]['id'];

/** One rule of the protocol, as a verdict quotes it. */
export type Rule = AnyRule<RuleId>;

/** Every rule, in the order of the sections. */
export const RULES: readonly Rule[] = TABLE;

const BY_ID = new Map<string, Rule>(RULES.map((rule) => [rule.id, rule]));

/** The rule of that id. */
export function ruleById(id: RuleId): Rule {
  return BY_ID.get(id)!;
}

/** Whether a text is the id of a rule. The text may come from outside. */
export function isRuleId(text: string): text is RuleId {
  return BY_ID.has(text);
}
