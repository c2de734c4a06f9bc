import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { processIds } from './process-ids.js';

/** A variable in the environment of the client and of everything that it starts, even of daemons. */
export const MARK_NAME = 'TUNNEL_TESTBED_CLIENT';
const run = randomUUID();
const ended = new Set<string>();
let count = 0;

/** A mark for one client and what it starts. */
export function newMark(): string {
  return `${run}/${++count}`;
}

/** Call this when the client has ended: processes that still have its mark are leftovers. */
export function clientEnded(mark: string): void {
  ended.add(mark);
}

/** Kills the processes that ended clients left behind in their own process groups: daemons. */
export function endLeftovers(): void {
  if (ended.size > 0) kill((mark) => ended.has(mark));
  ended.clear();
}

/** Kills every process that any client of this process has started. */
export function endAll(): void {
  if (count > 0) kill((mark) => mark.startsWith(run));
}

/** Finds processes by their environment. Only Linux shows it. */
function kill(isMeant: (mark: string) => boolean): void {
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
      const mark = variables.find((each) => each.startsWith(`${MARK_NAME}=`))?.slice(MARK_NAME.length + 1);
      if (mark !== undefined && isMeant(mark)) process.kill(pid, 'SIGKILL');
    } catch {
      // The process has gone, or belongs to another user.
    }
  }
}
