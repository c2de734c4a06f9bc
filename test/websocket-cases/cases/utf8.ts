import { close, hex, text } from '../bytes.js';
import { answersClose, closes, type FrameCase, fails, row } from '../case.js';

/**
 * The tunnel carries no text, so UTF-8 is found where RFC 6455 wants it besides: in the reason of a close frame (5.5.1).
 * A valid one is echoed, any other fails the connection (8.1).
 */
const VALID: readonly [words: string, bytes: string][] = [
  ['Greek', 'cebae1bdb9cf83cebcceb5'],
  ['U+0000', '00'],
  ['U+0080, the first of two bytes', 'c280'],
  ['U+0800, the first of three', 'e0a080'],
  ['U+10000, the first of four', 'f0908080'],
  ['U+007F, the last of one byte', '7f'],
  ['U+07FF, the last of two', 'dfbf'],
  ['U+FFFF, the last of three', 'efbfbf'],
  ['U+10FFFF, the last of all', 'f48fbfbf'],
  ['U+D7FF, before the surrogates', 'ed9fbf'],
  ['U+E000, behind the surrogates', 'ee8080'],
  ['U+FFFD', 'efbfbd'],
  ['U+FFFE, no character but valid', 'efbfbe'],
  ['U+1FFFE, no character but valid', 'f09fbfbe'],
  ['U+FDD0, no character but valid', 'efb790'],
  ['U+FEFF, a byte order mark', 'efbbbf'],
  ['41 characters of three bytes', 'e282ac'.repeat(41)],
];

const INVALID: readonly [words: string, bytes: string][] = [
  ['U+110000, above all', 'f4908080'],
  ['a sequence of five bytes', 'f888808080'],
  ['a sequence of six bytes', 'fc8480808080'],
  ['a continuation byte, the first', '80'],
  ['a continuation byte, the last', 'bf'],
  ['two continuation bytes', '80bf'],
  ['six continuation bytes', '80bf80bf80bf'],
  ['the start of two bytes before a space', 'c020'],
  ['the start of three bytes before a space', 'e020'],
  ['the start of four bytes before a space', 'f020'],
  ['two bytes without the last', 'df'],
  ['three bytes without the last', 'efbf'],
  ['four bytes without the last', 'f7bfbf'],
  ['four valid bytes without the last', 'f09080'],
  ['incomplete sequences in a row', 'c0e080f08080'],
  ['FE', 'fe'],
  ['FF', 'ff'],
  ['FE FE FF FF', 'fefeffff'],
  ['an overlong slash, of two bytes', 'c0af'],
  ['an overlong slash, of three', 'e080af'],
  ['an overlong slash, of four', 'f08080af'],
  ['the longest overlong, of two bytes', 'c1bf'],
  ['the longest overlong, of three', 'e09fbf'],
  ['the longest overlong, of four', 'f08fbfbf'],
  ['an overlong NUL', 'c080'],
  ['a high surrogate, the first', 'eda080'],
  ['a high surrogate, the last', 'edafbf'],
  ['a low surrogate, the first', 'edb080'],
  ['a low surrogate, the last', 'edbfbf'],
  ['a pair of surrogates', 'eda080edb080'],
  ['valid text, then a lone start', '68656c6c6fc3'],
];

export const utf8: readonly FrameCase[] = [
  // What is text at all is closed for that; nobody need read it to the end (W1).
  row('6.1.1', 'text in UTF-8', 'W1', [text(hex('cebae1bdb9cf83cebcceb5'))], closes(1003)),
  row('6.1.2', 'text that is no UTF-8', 'W1; 8.1', [text(hex('cebaff'))], closes(1003, 1007)),
  ...VALID.map(([words, bytes], i) =>
    row(
      `6.2.${i + 1}`,
      `a reason with ${words}`,
      '5.5.1',
      [close(1000, hex(bytes))],
      answersClose(1000, hex(bytes).toString()),
    ),
  ),
  ...INVALID.map(([words, bytes], i) =>
    row(`6.3.${i + 1}`, `a reason with ${words}`, '8.1, 5.5.1', [close(1000, hex(bytes))], fails(1007)),
  ),
];
