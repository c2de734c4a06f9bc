/**
 * Characters that a reader does not see, but that change what a terminal, a log or a reader shows. They are: the control
 * characters (C0, DEL, C1), characters that change the direction of text, line and paragraph separators, characters
 * without width, tags, and halves of surrogate pairs.
 */
const ABOVE_C0 = String.raw`\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}`;
const UNSEEN = new RegExp(String.raw`[\x00-\x1f${ABOVE_C0}]|\p{Surrogate}`, 'gu');
/** The same characters, except line feed and tab. */
const UNSEEN_IN_LINES = new RegExp(String.raw`[\x00-\x08\x0b-\x1f${ABOVE_C0}]|\p{Surrogate}`, 'gu');
const LONGEST = 200;

/**
 * Makes text from elsewhere (the wire, a file, a peer's answer) safe for one line of a terminal, a log or a report. The
 * result cannot move the cursor or begin a new line. It is cut at `longest` UTF-16 units, before escaping.
 */
export function printable(text: string, longest = LONGEST): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replace(UNSEEN, escapeOne);
}

/** The same for text of several lines. Line feeds and tabs stay, and nothing is cut. */
export function printableLines(text: string): string {
  return text.replace(UNSEEN_IN_LINES, escapeOne);
}

/** Sequences that colour a terminal's text, move its cursor or set its title. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
const TERMINAL_CONTROL = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])/g;

/**
 * The output of a program, as plain lines. Colours and other terminal control are removed, each end of a line is a line feed,
 * and the rest is as with {@link printableLines}.
 */
export function printableOutput(text: string): string {
  return printableLines(text.replace(/\r\n?/g, '\n').replace(TERMINAL_CONTROL, ''));
}

/** JSON in one line that is safe for a terminal. It has the same value, with more `\u` escapes than JSON requires. */
export function printableJson(value: unknown): string {
  return escapeJson(JSON.stringify(value));
}

/** The same for a value that is JSON text already. */
export function escapeJson(json: string): string {
  return json.replace(UNSEEN_IN_LINES, (found) =>
    found.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

function escapeOne(found: string): string {
  const code = found.codePointAt(0)!;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
