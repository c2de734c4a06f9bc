import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The built program, as a user runs it. */
export const MAIN = fileURLToPath(new URL('../../../dist/src/cli/main.js', import.meta.url));
const DEFAULT_WAIT_MS = 30_000;

export interface ProgramOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** A program that runs as a process of its own, with all it has written so far. */
export class RunningProgram implements AsyncDisposable {
  readonly child: ChildProcessWithoutNullStreams;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  stdout = '';
  stderr = '';
  readonly #name: string;
  readonly #changed = new Set<() => void>();

  constructor(file: string, args: readonly string[], options: ProgramOptions = {}) {
    this.#name = [file, ...args].join(' ').slice(0, 200);
    this.child = spawn(file, args, { ...options, env: { ...cleanEnvironment(), ...options.env } });
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      this.#tell();
    });
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
      this.#tell();
    });
    this.child.stdin.on('error', () => undefined);
    this.exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code, signal) => {
        resolve({ code, signal });
        this.#tell();
      });
    });
    this.exited.catch(() => undefined);
  }

  /** Waits until what was written matches; fails where the program ends before, or nothing comes in time. */
  async seen(
    pattern: RegExp,
    where: 'stdout' | 'stderr' = 'stdout',
    ms = DEFAULT_WAIT_MS,
  ): Promise<RegExpExecArray> {
    return this.until(() => pattern.exec(this[where]) ?? undefined, `${where} to match ${pattern}`, ms);
  }

  /** The first JSON line of a kind of event. */
  async event(name: string, ms = DEFAULT_WAIT_MS): Promise<Record<string, unknown>> {
    const find = (): Record<string, unknown> | undefined =>
      this.stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find((record) => record.event === name);
    return this.until(find, `event '${name}'`, ms);
  }

  /** Waits for the program to end by itself. */
  async ended(ms = DEFAULT_WAIT_MS): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#failure(`did not end within ${ms} ms`)), ms);
    });
    return Promise.race([this.exited, late]).finally(() => clearTimeout(timer));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.exited.catch(() => undefined);
  }

  until<T>(check: () => T | undefined, what: string, ms: number): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        clearTimeout(timer);
        this.#changed.delete(look);
        act();
      };
      const look = (): void => {
        const found = check();
        if (found !== undefined) done(() => resolve(found));
        else if (this.child.exitCode !== null) done(() => reject(this.#failure(`ended before ${what}`)));
      };
      const timer = setTimeout(() => done(() => reject(this.#failure(`no ${what} within ${ms} ms`))), ms);
      this.#changed.add(look);
      look();
    });
  }

  #failure(what: string): Error {
    return new Error(
      `${this.#name}: ${what}\nstdout: ${this.stdout.slice(-2000)}\nstderr: ${this.stderr.slice(-2000)}`,
    );
  }

  #tell(): void {
    for (const look of [...this.#changed]) look();
  }
}

/** Starts the command line of tunnel-testbed. */
export function startCli(args: readonly string[], options: ProgramOptions = {}): RunningProgram {
  return new RunningProgram(process.execPath, [MAIN, ...args], options);
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions extends ProgramOptions {
  readonly input?: string;
  /** Leaves stdin open. */
  readonly keepInput?: boolean;
  readonly ms?: number;
}

/** Runs a program to its end. */
export async function run(
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  await using program = new RunningProgram(file, args, options);
  if (!options.keepInput) program.child.stdin.end(options.input ?? '');
  const { code } = await program.ended(options.ms);
  return { code, stdout: program.stdout, stderr: program.stderr };
}

export function runCli(args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return run(process.execPath, [MAIN, ...args], options);
}

/** What the person who runs the tests has set must not change them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const drop = /^(AWSIOT_|TUNNEL_|SSL_CERT|HTTPS?_PROXY|https?_proxy|SSH_)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !drop.test(name)));
}
