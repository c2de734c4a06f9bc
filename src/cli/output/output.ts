/** Where a command's results go: text for people, or with `--json` one JSON object a line for programs. */
export class Output {
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  get isJson(): boolean {
    return this.#json;
  }

  /** For people: on stdout, or on stderr where stdout belongs to a program. */
  say(text: string): void {
    (this.#json ? process.stderr : process.stdout).write(`${text}\n`);
  }

  /** For programs; nothing unless `--json`. */
  tell(record: object): void {
    if (this.#json) process.stdout.write(`${JSON.stringify(record)}\n`);
  }
}
