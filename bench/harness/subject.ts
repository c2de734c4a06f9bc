import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuNs } from './cpu.js';

/** The process under test, as the process that puts load on it sees it. */
export interface Subject<Ready> {
  /** The message that it sent when it was ready. */
  readonly ready: Ready;
  /** CPU time that it has spent so far, user and system, in nanoseconds. */
  cpuNs(): Promise<number>;
  stop(): Promise<void>;
}

/** The path of a module in the caller's folder. It works from the sources and from dist/. */
export function besides(metaUrl: string, name: string): string {
  return fileURLToPath(new URL(`./${name}${extname(metaUrl)}`, metaUrl));
}

/** Starts `entry` as the process under test. It must call {@link beSubject}. */
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

/** To be called in the process under test. Reports that it is ready, and its CPU time when asked. */
export function beSubject(ready: object): void {
  process.on('message', (question) => {
    if (question === 'cpu') process.send!(cpuNs());
    else process.exit(0);
  });
  // The measuring process is gone, so this process ends too.
  process.on('disconnect', () => process.exit(0));
  process.send!(ready);
}
