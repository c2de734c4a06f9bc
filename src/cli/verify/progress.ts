import { printable } from '../../protocol/index.js';
import type { ScenarioResult } from '../../scenario-runner/index.js';
import { logLines } from '../output/index.js';

const LONGEST_LINE = 500;
const ERASE_LINE = '\r\x1b[K';
/** A limit, so that the line that is overwritten does not wrap. */
const LONGEST_KEY = 60;

/** Verdicts that need no line of their own. For a blocked scenario, the one that blocks it has had its line already. */
const GOOD: ReadonlySet<string> = new Set(['pass', 'skipped', 'blocked', 'info']);

/** Shows progress. On a terminal, one line is overwritten. Each result that is not good gets its own line. */
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

/** Removes the line that is overwritten. */
export function endProgress(): void {
  if (process.stderr.isTTY) logLines.write(ERASE_LINE);
}
