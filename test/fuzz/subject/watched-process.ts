import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { MAIN } from '../../cli/support/run-cli.js';
import { within } from '../../support/within.js';
import { Finding } from '../finding.js';

/** Generous: a machine with other work answers late, and a program that hangs never answers. */
export const PATIENCE_MS = 180_000;
const MOST_KEPT = 20_000;

/** Our program as a process, whose output is held against what may be there. */
export class WatchedProcess implements AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  #stdout = '';
  #stderr = '';
  #unexpected: string | undefined;
  readonly #wake = new Set<() => void>();

  /** `expected` says which lines of its standard error may come; `nodeArgs` are Node's own. */
  constructor(
    args: readonly string[],
    readonly expected: RegExp,
    { env = {}, nodeArgs = [] }: { env?: NodeJS.ProcessEnv; nodeArgs?: readonly string[] } = {},
  ) {
    this.child = spawn(process.execPath, [...nodeArgs, MAIN, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout = (this.#stdout + text).slice(-MOST_KEPT);
      // The service contained a fault of its own: no input may lead to one.
      const failed = /^.*"connection-failed".*$/m.exec(text);
      if (failed !== null) this.#unexpected ??= failed[0];
      for (const wake of this.#wake) wake();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-MOST_KEPT);
      for (const line of text.split('\n')) {
        if (line !== '' && !expected.test(line)) this.#unexpected ??= line;
      }
    });
    this.child.on('close', () => {
      for (const wake of this.#wake) wake();
    });
  }

  get ended(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** How it ended, and what it wrote last. */
  get last(): string {
    const { exitCode, signalCode } = this.child;
    return `exit status ${exitCode ?? signalCode}; standard error ends with:\n${this.#stderr.slice(-3000)}`;
  }

  /** Fields of a JSON line with this event, once it has come. */
  async event(name: string): Promise<Record<string, unknown>> {
    const line = new RegExp(`^\\{"event":"${name}".*\\}$`, 'm');
    await this.until(() => line.test(this.#stdout) || this.ended, `event '${name}'`);
    const found = line.exec(this.#stdout);
    if (found === null) throw new Finding(`It ended before event '${name}': ${this.last}`);
    return JSON.parse(found[0]) as Record<string, unknown>;
  }

  /** Waits until something is so that its output or its end brings about. */
  async until(condition: () => boolean, what: string): Promise<void> {
    const changed = async () => {
      while (!condition()) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            this.#wake.delete(wake);
            resolve();
          };
          this.#wake.add(wake);
        });
      }
    };
    await within(changed(), what, PATIENCE_MS);
  }

  /** @throws {Finding} if it has written what it must not, or holds more than so many megabytes. */
  judge(mostMegabytes: number): void {
    if (this.#unexpected !== undefined) throw new Finding(`It wrote: ${this.#unexpected.slice(0, 3000)}`);
    const megabytes = this.residentMegabytes();
    if (megabytes > mostMegabytes) throw new Finding(`It holds ${Math.round(megabytes)} MB`);
  }

  residentMegabytes(): number {
    const status = `/proc/${this.child.pid}/status`;
    if (!existsSync(status)) return 0;
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1] ?? 0) / 1024;
  }

  /** Ends it by SIGTERM. @throws {Finding} if it does not end. */
  async stop(): Promise<void> {
    if (this.ended) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGTERM');
    try {
      await within(closed, 'its end', PATIENCE_MS);
    } catch {
      throw new Finding('SIGTERM does not end it');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ended) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}
