import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuNs } from './cpu.js';

/** The process under test, seen from the process that loads it. */
export interface Subject<Ready> {
  /** What it said once it was ready. */
  readonly ready: Ready;
  /** CPU it has spent so far, user and system, in nanoseconds. */
  cpuNs(): Promise<number>;
  stop(): Promise<void>;
}

/** A module beside the caller's, whether this runs from the sources or from dist/. */
export function besides(metaUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(metaUrl)}`, metaUrl));
}

/** Starts `entry` as the process under test; it must call {@link beSubject}. */
export async function startSubject<Ready>(entry: string, args: readonly string[]): Promise<Subject<Ready>> {
  const child = fork(entry, args);
  const exited = once(child, 'exit').then(([status, signal]) => {
    throw new Error(`The process under test (${args.join(' ')}) ended with ${status ?? signal}`);
  });
  exited.catch(() => {});
  const next = async <T>() => ((await Promise.race([once(child, 'message'), exited])) as [T])[0];
  const ready = await next<Ready>();
  return {
    ready,
    cpuNs: () => {
      child.send('cpu');
      return next<number>();
    },
    stop: async () => {
      child.send('stop');
      await exited.catch(() => {});
    },
  };
}

/** The process under test's own part: says that it is ready, and tells its CPU time when asked. */
export function beSubject(ready: object): void {
  process.on('message', (question) => {
    if (question === 'cpu') process.send!(cpuNs());
    else process.exit(0);
  });
  // Nobody is left to ask: do not outlive the one who measures.
  process.on('disconnect', () => process.exit(0));
  process.send!(ready);
}
