import { describe, expect, it } from 'vitest';
import { isRuleId, RULES, ruleById } from '../../src/protocol/index.js';

/** How many rules each letter has in docs/protocol.md. */
const SECTIONS = { H: 13, W: 6, M: 13, S: 17, X: 5 };

const LISTED = Object.entries(SECTIONS).flatMap(([letter, count]) =>
  Array.from({ length: count }, (_, i) => `${letter}${i + 1}`),
);

describe('the table of rules', () => {
  it('has every rule of the protocol exactly once, in order', () => {
    expect(RULES.map((rule) => rule.id)).toEqual(LISTED);
  });

  it.each(RULES)('$id says whom it binds, how strongly, where it is from and where it is judged', (rule) => {
    expect(rule.binds).not.toHaveLength(0);
    expect(rule.force).not.toHaveLength(0);
    expect(rule.from).not.toHaveLength(0);
    expect(rule.formats).not.toHaveLength(0);
    expect(rule.source).not.toBe('');
    expect(ruleById(rule.id)).toBe(rule);
  });

  it.each(RULES)('$id has a text of one line that a verdict can quote', ({ text }) => {
    expect(text).toMatch(/^[A-Z0-9"].*\.$/i);
    expect(text).not.toContain('\n');
    expect(text.length).toBeLessThanOrEqual(240);
  });

  it('has no two rules with the same text', () => {
    expect(new Set(RULES.map((rule) => rule.text)).size).toBe(RULES.length);
  });

  it('gives rules about connections to V3 alone, and rules about service ids not to V1', () => {
    expect(ruleById('S9').formats).toEqual(['V3']);
    expect(ruleById('S10').formats).toEqual(['V3']);
    expect(ruleById('M7').formats).toEqual(['V2', 'V3']);
    expect(ruleById('S1').formats).toEqual(['V2', 'V3']);
  });

  it('keeps both forces of a rule that has two', () => {
    expect(ruleById('H11').force).toEqual(['MUST NOT', 'SHOULD']);
  });

  it('knows an id from any other text', () => {
    expect(isRuleId('M13')).toBe(true);
    expect(isRuleId('M14')).toBe(false);
    expect(isRuleId('constructor')).toBe(false);
  });
});
