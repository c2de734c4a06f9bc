import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/*
 * A mark that a daemon cannot lose by accident: it closes descriptors, cleans its environment, leaves its session and its
 * folder, but it keeps its resource limits. The limit on POSIX message queues is one that nearly no program uses, and less of
 * it does no harm: a few thousand bytes of it tell one client from all other processes.
 */

const LIMITER = '/usr/bin/prlimit';
const LINE = /^Max msgqueue size\s+(\d+)\s+(\d+)/m;
/** Marks lie below the limit that a client would have had; so far at most, in bytes. */
const RANGE = 400_000;

/** The highest mark of this machine, or undefined where processes cannot be marked. */
const highest: number | undefined = (() => {
  const own = limitOf('self');
  return own === undefined || own <= RANGE || !existsSync(LIMITER) ? undefined : own - 1;
})();

/** A mark of a client, from a number between 0 and 1; undefined where there is none to be had. */
export function limitMark(random: number): number | undefined {
  return highest === undefined ? undefined : highest - Math.floor(random * RANGE);
}

/**
 * The command that runs `command` with a mark on it and all that it starts. One that cannot be run stays as it is, so that
 * the error is about it.
 */
export function markedCommand(
  command: readonly string[],
  mark: number | undefined,
  {
    path = process.env.PATH ?? '',
    cwd = process.cwd(),
  }: { path?: string | undefined; cwd?: string | undefined },
): readonly string[] {
  const [program = ''] = command;
  const places = program.includes('/') ? [cwd] : path.split(delimiter);
  const found = places.some((place) => isExecutable(resolve(cwd, place, program)));
  return mark === undefined || !found ? command : [LIMITER, `--msgqueue=${mark}:`, '--', ...command];
}

/** The mark of a process, or what would be one; undefined where it cannot be told. */
export function limitOf(pid: number | 'self'): number | undefined {
  try {
    const soft = LINE.exec(readFileSync(`/proc/${pid}/limits`, 'latin1'))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined; // gone meanwhile, or no Linux
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
