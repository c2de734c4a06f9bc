import { type ChildProcess, spawn } from 'node:child_process';
import type { Exit, RunningClient } from './adapter.js';
import { clientEnded, endAll, endLeftovers, MARK_NAME, newMark } from './leftovers.js';
import { markedCommand } from './marked-command.js';
import { BoundedOutput } from './output.js';

/** A process that was asked to end has this long, in milliseconds. Then it is killed. */
const DEFAULT_STOP_MS = 2000;

export interface ProcessOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
  /** The client is ready when it has printed this. */
  readonly ready?: RegExp;
  readonly stopMs?: number;
}

/** The process groups that are alive. None may outlive the runner. */
const alive = new Set<number>();
let guarded = false;

/** Starts a command in its own process group and watches it. Never rejects: a failed start is an exit. */
export function startProcess(options: ProcessOptions): RunningClient {
  guard();
  const output = new BoundedOutput();
  const mark = newMark();
  const env: NodeJS.ProcessEnv = { ...process.env, ...options.environment, [MARK_NAME]: mark.text };
  const marked = markedCommand(options.command, mark.limit, {
    path: env.PATH,
    cwd: options.workingDirectory,
  });
  const [program, ...args] = marked as [string, ...string[]];
  const child = spawn(program, args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // its own group, so that its children end with it
    ...(options.workingDirectory !== undefined && { cwd: options.workingDirectory }),
  });
  if (child.pid !== undefined) alive.add(child.pid);
  let asked = false;
  let killed = false;
  let onReady: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    onReady = resolve;
  });
  let seen = '';
  const listen = (chunk: Buffer): void => {
    output.push(chunk);
    if (options.ready === undefined) return;
    seen = (seen + chunk.toString('utf8')).slice(-8192);
    if (options.ready.test(seen)) onReady();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exited = new Promise<Exit>((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined)
        resolve({ status: null, signal: null, startError: whyNot(error, program, options), asked });
    });
    child.once('exit', (status, signal) => {
      endGroup(child, 'SIGKILL'); // ends helpers that it left behind
      alive.delete(child.pid!);
      clientEnded(mark);
      if (!asked) endLeftovers(); // a client that went to the background cannot be watched
      resolve({ status, signal, asked, killed });
    });
  });
  return {
    exited,
    output: () => output.text(),
    ...(options.ready !== undefined && { ready }),
    ...(child.pid !== undefined && { pid: child.pid }),
    kill() {
      asked = true;
      endGroup(child, 'SIGKILL');
    },
    async stop(ms = options.stopMs ?? DEFAULT_STOP_MS) {
      asked = true;
      endGroup(child, 'SIGTERM');
      const timer = setTimeout(() => {
        killed = true;
        endGroup(child, 'SIGKILL');
      }, ms);
      const exit = await exited;
      clearTimeout(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      return exit;
    },
  };
}

/** Why a program cannot be started, in words that show the mistake. */
function whyNot(error: NodeJS.ErrnoException, program: string, { workingDirectory }: ProcessOptions): string {
  const where = program.includes('/') ? `seen from ${workingDirectory ?? process.cwd()}` : 'in PATH';
  if (error.code === 'ENOENT') return `there is no program '${program}' ${where} (ENOENT)`;
  if (error.code === 'EACCES') return `'${program}' may not be executed: chmod +x? (EACCES)`;
  return error.message;
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // ESRCH: the group has gone already.
  }
}

/** Kills all process groups when the runner itself ends. */
function guard(): void {
  if (guarded) return;
  guarded = true;
  process.once('exit', () => {
    for (const pid of alive) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    }
    endAll();
  });
}
