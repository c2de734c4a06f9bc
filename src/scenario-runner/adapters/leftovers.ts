import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { processIds } from './process-ids.js';

/** In the environment of everything a client starts, however far that moves from its parent. */
export const MARK_NAME = 'TUNNEL_TESTBED_CLIENT';
const run = randomUUID();
const ended = new Set<string>();
let count = 0;

/** A mark for one client and what it starts. */
export function newMark(): string {
  return `${run}/${++count}`;
}

/** The client itself has ended: what still bears its mark is a leftover. */
export function clientEnded(mark: string): void {
  ended.add(mark);
}

/** Kills what clients that have ended left behind in process groups of their own: daemons. */
export function endLeftovers(): void {
  if (ended.size > 0) kill((mark) => ended.has(mark));
  ended.clear();
}

/** Kills everything that any client of this process has started. */
export function endAll(): void {
  if (count > 0) kill((mark) => mark.startsWith(run));
}

/** Found by their environment, which only Linux shows. */
function kill(isMeant: (mark: string) => boolean): void {
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      const mark = variables.find((each) => each.startsWith(`${MARK_NAME}=`))?.slice(MARK_NAME.length + 1);
      if (mark !== undefined && isMeant(mark)) process.kill(pid, 'SIGKILL');
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
}
