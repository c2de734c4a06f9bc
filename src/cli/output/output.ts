import { printableJson, printableLines } from '../../protocol/index.js';
import { eventLines, logLines, roomForResults } from './standard-streams.js';

/** Where a command's results go: text for people, or with `--json` one JSON object a line for programs. */
export class Output {
  readonly #json: boolean;
  readonly #write: (text: string) => void;

  /**
   * `live` is for a program that goes on and tells of events: a reader that does not read loses lines (and is told how
   * many). Without it every line is a result, and waits for its reader.
   */
  constructor(json: boolean, kind: 'result' | 'live' = 'result') {
    this.#json = json;
    const lines = kind === 'live' ? eventLines(json) : process.stdout;
    this.#write = (text) => void lines.write(text);
  }

  get isJson(): boolean {
    return this.#json;
  }

  /** For people: on stdout, or on stderr where stdout belongs to a program. */
  say(text: string): void {
    const line = `${printableLines(text)}\n`;
    if (this.#json) logLines.write(line);
    else this.#write(line);
  }

  /** For programs; nothing unless `--json`. */
  tell(record: object): void {
    if (this.#json) this.#write(`${printableJson(record)}\n`);
  }

  /** To be awaited between the lines of a result that may be of any length. */
  room(): Promise<void> {
    return roomForResults();
  }
}
