import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** How a program ended. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** How long a program that has a task may run, in milliseconds. */
const BOUND_MS = 90_000;

/** Whether a program is installed. It also looks in the folders of root's programs. */
export function isInstalled(name: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v "$0"`, name], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * A running program, in its own process. It is killed when it is disposed. A program with a task is also killed after
 * 90 s; a server is not, because nobody knows how long the cases that use it take on a busy machine.
 */
export class Program implements AsyncDisposable {
  readonly finished: Promise<Finished>;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #out: Buffer[] = [];
  #err = '';
  #ended = false;
  #watchers: (() => void)[] = [];

  constructor(
    name: string,
    args: readonly string[],
    environment: NodeJS.ProcessEnv = {},
    kind: 'task' | 'server' = 'task',
  ) {
    const path = `${process.env.PATH}:/usr/sbin:/sbin`;
    const env = { ...process.env, LC_ALL: 'C', ...environment, PATH: path };
    this.#child = spawn(name, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    const bound = kind === 'task' ? setTimeout(() => this.#child.kill('SIGKILL'), BOUND_MS) : undefined;
    this.#child.stdin.on('error', () => {}); // the program may end before it has read everything
    this.#child.stdout.on('data', (chunk: Buffer) => this.#note(() => this.#out.push(chunk)));
    this.#child.stderr.on('data', (chunk: Buffer) => this.#note(() => (this.#err += chunk)));
    this.finished = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => {
        clearTimeout(bound);
        this.#note(() => (this.#ended = true));
        resolve({ code, signal, stdout: Buffer.concat(this.#out), stderr: this.#err });
      });
    });
    this.finished.catch(() => {});
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when the output matches the pattern. @throws {Error} if the program ends before that. */
  async prints(pattern: RegExp, where: 'stdout' | 'stderr' = 'stdout'): Promise<void> {
    for (;;) {
      const seen = where === 'stdout' ? Buffer.concat(this.#out).toString('latin1') : this.#err;
      if (pattern.test(seen)) return;
      if (this.#ended) throw new Error(`It ended without printing ${pattern}: ${this.#err.slice(-2000)}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.finished.catch(() => {});
  }

  #note(change: () => unknown): void {
    change();
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const wake of watchers) wake();
  }
}

/** Runs a program to its end. */
export async function run(
  name: string,
  args: readonly string[],
  options: { readonly input?: string | Buffer; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  await using program = new Program(name, args, options.environment);
  program.stdin.end(options.input ?? '');
  return await program.finished;
}
