import { describe, expect, it } from 'vitest';
import { holdersIn, rulesNamedIn } from '../../scripts/pages/held-by.js';
import { missingHolders } from '../../scripts/pages/rule-holders.js';
import { RULES } from '../../src/protocol/index.js';

describe('every rule is held', () => {
  it.each(RULES)('$id by the service, the clients and the scenarios that it concerns', (rule) => {
    const missing = missingHolders(rule);
    const help = `Name ${rule.id} in a comment of the code that keeps it, or as the literal of a finding (docs/rules.md)`;
    expect(missing, help).toEqual([]);
  });
});

describe('what holds a rule is found', () => {
  const holders = (text: string) => holdersIn({ path: 'a.ts', text });

  it('by the literal of a finding, in the function that has it', () => {
    const text = "function judge(): void {\n  must('M3', 'a payload');\n}";
    expect(holders(text)).toEqual([{ rule: 'M3', name: 'judge', path: 'a.ts', how: 'judges' }]);
  });

  it('by a comment before a method, and by one in it', () => {
    const text = 'class Table {\n  /** Stale (S7). */\n  #find(): void {\n    end(); // S11\n  }\n}';
    const found = holders(text).map(({ rule, name, how }) => [rule, name, how]);
    expect(found).toEqual([
      ['S7', 'Table.#find', 'keeps'],
      ['S11', 'Table.#find', 'keeps'],
    ]);
  });

  it('by a span of ids', () => {
    expect(rulesNamedIn('judges M1–M3 and X1 to X2, but not S3://bucket-H1')).toEqual(
      expect.arrayContaining(['M1', 'M2', 'M3', 'X1', 'X2']),
    );
  });

  it('but not by a type, an option, or a word that only contains an id', () => {
    const text = [
      'interface A {\n  /** The token (H3). */\n  b: string;\n}',
      '/** The longest (H5). */\nconst MAX = 4096;',
      "const c = 'a summary (S12)';",
      '// XH1 H100 H1x\nfunction d(): void {}',
    ].join('\n');
    expect(holders(text)).toEqual([]);
  });
});
