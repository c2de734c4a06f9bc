import { printableJson, printableLines } from '../../protocol/index.js';
import { eventLines, logLines, roomForResults } from './standard-streams.js';

/** The output of a command: text for people, or with `--json` one JSON object per line for programs. */
export class Output {
  readonly #json: boolean;
  readonly #write: (text: string) => void;

  /**
   * `live` is for a program that keeps running and reports events. A reader that is too slow loses lines, and is told how
   * many. `result` is for a program that prints a result: no line is lost, and each waits for its reader.
   */
  constructor(json: boolean, kind: 'result' | 'live' = 'result') {
    this.#json = json;
    const lines = kind === 'live' ? eventLines(json) : process.stdout;
    this.#write = (text) => void lines.write(text);
  }

  get isJson(): boolean {
    return this.#json;
  }

  /** Writes text for people: to stdout, or to stderr with `--json`. */
  say(text: string): void {
    const line = `${printableLines(text)}\n`;
    if (this.#json) logLines.write(line);
    else this.#write(line);
  }

  /** Writes a record for programs, if `--json` is given. */
  tell(record: object): void {
    if (this.#json) this.#write(`${printableJson(record)}\n`);
  }

  /** Resolves when there is room for more lines. Await it between the lines of a long result. */
  room(): Promise<void> {
    return roomForResults();
  }
}
