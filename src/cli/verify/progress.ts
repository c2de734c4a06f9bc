import { printable } from '../../protocol/index.js';
import type { ScenarioResult } from '../../scenario-runner/index.js';
import { logLines } from '../output/index.js';

const LONGEST_LINE = 500;
const ERASE_LINE = '\r\x1b[K';
/** So that the line that is written over never wraps. */
const LONGEST_KEY = 60;

/** Nothing to be told at once: what is blocked has been told once, at its root. */
const GOOD: ReadonlySet<string> = new Set(['pass', 'skipped', 'blocked', 'info']);

/** One line that is written over on a terminal; on anything else a line for each result that is not good. */
export function progress(result: ScenarioResult, done: number, total: number): void {
  const { key, verdict, reason } = result;
  const isGood = GOOD.has(verdict);
  if (process.stderr.isTTY) logLines.write(ERASE_LINE);
  if (!isGood) {
    const why = result.defects[0]?.symptom ?? reason?.split('\n')[0] ?? '';
    logLines.write(
      `${printable(`${done}/${total} ${verdict} ${key}${why === '' ? '' : `: ${why}`}`, LONGEST_LINE)}\n`,
    );
  }
  if (process.stderr.isTTY) logLines.write(`${done}/${total} ${key.slice(0, LONGEST_KEY)}`);
}

/** Takes the line away that is written over. */
export function endProgress(): void {
  if (process.stderr.isTTY) logLines.write(ERASE_LINE);
}
