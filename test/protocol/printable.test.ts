import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableJson, printableLines, printableOutput } from '../../src/protocol/index.js';

/** What a terminal, a log or a reader acts upon: named here by Unicode's own properties, not by the list in the code. */
const ACTS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u;

describe('text from elsewhere', () => {
  it.each([
    ['a colour', '\x1b[31mred', '\\x1b[31mred'],
    ['a C1 control sequence', '\x9b2J', '\\x9b2J'],
    ['a new line', 'ok\n[error] forged', 'ok\\x0a[error] forged'],
    ['a turned direction', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['half of a pair', 'a\ud800b', 'a\\ud800b'],
    ['a tag', 'a\u{e0041}', 'a\\u{e0041}'],
  ])('shows %s instead of obeying it', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('keeps what can be seen', () => {
    expect(printable('naïve 日本語 🚇 [x] \\')).toBe('naïve 日本語 🚇 [x] \\');
  });

  it('of a program loses its colours and titles, not its lines', () => {
    const text = '\x1b[31mred\x1b[0m\r\n\x1b]0;a title\x07two\rthree\x1b[2K\u202e\x07';
    expect(printableOutput(text)).toBe('red\ntwo\nthree\\u202e\\x07');
  });

  it('is cut', () => {
    expect(printable('x'.repeat(1000), 10)).toBe(`${'x'.repeat(10)}…`);
  });

  it('of any kind holds nothing that acts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(ACTS);
        expect(printableLines(text).replace(/[\n\t]/g, '')).not.toMatch(ACTS);
        expect(printableOutput(text).replace(/[\n\t]/g, '')).not.toMatch(ACTS);
        expect(printableJson({ text })).not.toMatch(ACTS);
      }),
    );
  });

  it('as JSON is the same value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(printableJson({ text }))).toEqual({ text });
      }),
    );
  });
});
