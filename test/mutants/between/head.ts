/** The head of an HTTP request or response, line by line, to be edited. */
export class Head {
  /** Request or status line. */
  line: string;
  readonly headers: [name: string, value: string][];

  constructor(bytes: Buffer) {
    const [line = '', ...rest] = bytes.toString('latin1').split('\r\n');
    this.line = line;
    this.headers = rest
      .filter((header) => header.includes(':'))
      .map((header) => {
        const colon = header.indexOf(':');
        return [header.slice(0, colon), header.slice(colon + 1).trim()];
      });
  }

  /** Status of a response; 0 where it is none. */
  get status(): number {
    return Number(/^HTTP\/1\.[01] (\d{3})/.exec(this.line)?.[1] ?? 0);
  }

  get(name: string): string | undefined {
    return this.headers.find(([key]) => key.toLowerCase() === name)?.[1];
  }

  /** Replaces every header of that name; undefined takes it away. */
  set(name: string, value: string | undefined): void {
    const kept = this.headers.filter(([key]) => key.toLowerCase() !== name);
    this.headers.splice(0, this.headers.length, ...kept);
    if (value !== undefined) this.add(name, value);
  }

  add(name: string, value: string): void {
    this.headers.push([name, value]);
  }

  /** Edits the first line. */
  edit(pattern: RegExp | string, by: string): void {
    this.line = this.line.replace(pattern, by);
  }

  bytes(): Buffer {
    const headers = this.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return Buffer.from(`${this.line}\r\n${headers}\r\n`, 'latin1');
  }
}

/** Where a head ends, its empty line included; -1 where it is not whole yet. */
export function endOfHead(bytes: Buffer): number {
  const at = bytes.indexOf('\r\n\r\n');
  return at < 0 ? -1 : at + 4;
}
