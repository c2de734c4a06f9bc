import { printable } from '../../protocol/index.js';
import type { ScenarioResult } from '../../scenario-runner/index.js';
import { logLines } from '../output/index.js';

const LONGEST_LINE = 500;
const ERASE_LINE = '\r\x1b[K';
/** A limit, so that the line that is overwritten does not wrap. */
const LONGEST_KEY = 60;
/** How often progress is shown without a terminal, in milliseconds. */
const EVERY_MS = 5000;

/** Verdicts that need no line of their own. For a blocked scenario, the one that blocks it has had its line already. */
const GOOD: ReadonlySet<string> = new Set(['pass', 'skipped', 'blocked', 'info']);

export interface ProgressOptions {
  readonly isTerminal?: boolean;
  readonly everyMs?: number;
  readonly write?: (text: string) => void;
}

/**
 * Shows progress. On a terminal, one line is overwritten. Elsewhere a line every few seconds shows that the run goes on. Each
 * result that is not good gets its own line at once.
 */
export class Progress implements Disposable {
  readonly #isTerminal: boolean;
  readonly #write: (text: string) => void;
  readonly #begun = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #done = 0;
  #total = 0;
  #bad = 0;
  #last = '';

  constructor(options: ProgressOptions = {}) {
    const { isTerminal = process.stderr.isTTY === true, everyMs = EVERY_MS } = options;
    this.#isTerminal = isTerminal;
    this.#write = options.write ?? ((text) => logLines.write(text));
    if (!isTerminal) this.#timer = setInterval(() => this.#tell(), everyMs);
  }

  /** A result is final. */
  readonly onResult = (result: ScenarioResult, done: number, total: number): void => {
    const { key, verdict, reason } = result;
    [this.#done, this.#total, this.#last] = [done, total, key];
    if (this.#isTerminal) this.#write(ERASE_LINE);
    if (!GOOD.has(verdict)) {
      this.#bad++;
      const why = result.defects[0]?.symptom ?? reason?.split('\n')[0] ?? '';
      this.#write(
        `${printable(`${done}/${total} ${verdict} ${key}${why === '' ? '' : `: ${why}`}`, LONGEST_LINE)}\n`,
      );
    }
    if (this.#isTerminal) this.#write(`${done}/${total} ${printable(key, LONGEST_KEY)}`);
  };

  #tell(): void {
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    const last = this.#last === '' ? '' : `, last ${printable(this.#last, LONGEST_KEY)}`;
    const of = this.#total === 0 ? 'starting' : `${this.#done}/${this.#total}, ${this.#bad} not passed`;
    this.#write(`${seconds} s: ${of}${last}\n`);
  }

  /** Removes the line that is overwritten, and shows nothing more. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#isTerminal) this.#write(ERASE_LINE);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
