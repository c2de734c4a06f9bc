import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { limitMark, limitOf } from './marked-command.js';
import { processIds } from './process-ids.js';

/** A variable in the environment of the client and of everything that it starts, even of daemons. */
export const MARK_NAME = 'TUNNEL_TESTBED_CLIENT';
const run = randomUUID();
/** Clients that have ended, and those that have not. */
const ended = new Set<ClientMark>();
const started = new Set<ClientMark>();
let count = 0;

/** What tells a client, and all that it starts, from other processes. */
export interface ClientMark {
  /** Of its environment, which a daemon may clean. */
  readonly text: string;
  /** Its limit on message queues, which it keeps; undefined where there is no such mark. */
  readonly limit: number | undefined;
}

/** A mark for one client and what it starts. */
export function newMark(): ClientMark {
  const mark = { text: `${run}/${++count}`, limit: unusedLimit() };
  started.add(mark);
  return mark;
}

/** Call this when the client has ended: processes that still have its mark are leftovers. */
export function clientEnded(mark: ClientMark): void {
  started.delete(mark);
  ended.add(mark);
}

/** Kills the processes that ended clients left behind in their own process groups and sessions: daemons. */
export function endLeftovers(): void {
  if (ended.size > 0) kill(ended);
  ended.clear();
}

/** Kills every process that any client of this process has started. */
export function endAll(): void {
  if (count > 0) kill(new Set([...ended, ...started]));
}

/** A limit that no other client of this run has. Two runs on one machine have the same with a chance of one in a hundred thousand. */
function unusedLimit(): number | undefined {
  const taken = new Set([...started, ...ended].map(({ limit }) => limit));
  for (let tries = 0; tries < 10; tries++) {
    const limit = limitMark(Math.random());
    if (limit === undefined || !taken.has(limit)) return limit;
  }
  return undefined;
}

/** Finds processes by what only Linux shows of them. */
function kill(marks: ReadonlySet<ClientMark>): void {
  const texts = new Set([...marks].map(({ text }) => text));
  const limits = new Set([...marks].map(({ limit }) => limit));
  limits.delete(undefined);
  for (const pid of processIds()) {
    if (pid === process.pid) continue;
    try {
      const limit = limitOf(pid);
      const isMarked = limit !== undefined && limits.has(limit);
      if (isMarked || texts.has(textOf(pid))) process.kill(pid, 'SIGKILL');
    } catch {
      // The process has gone, or belongs to another user.
    }
  }
}

function textOf(pid: number): string {
  const variables = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  return variables.find((each) => each.startsWith(`${MARK_NAME}=`))?.slice(MARK_NAME.length + 1) ?? '';
}
