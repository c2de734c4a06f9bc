import type { ClientAdapter } from '../adapters/index.js';

/** How many of the last starts count. */
const LAST_STARTS = 8;
const starts = new WeakMap<ClientAdapter, number[]>();

/** Notes how long a client took from its start to its first handshake, in milliseconds. */
export function noteStart(adapter: ClientAdapter, ms: number): void {
  const known = starts.get(adapter) ?? [];
  starts.set(adapter, [...known, ms].slice(-LAST_STARTS));
}

/** A client may take this many times its own pace for anything, if that is longer than the patience of the run. */
const WAITING = 3;

/** How long a client may take on this machine for what the run has a patience for, in milliseconds. */
export function patienceFor(adapter: ClientAdapter, ms: number): number {
  return Math.max(ms, WAITING * paceOf(adapter));
}

/**
 * The pace of a client on this machine: how long the slowest of its last starts took, in milliseconds; 0 before its first.
 * Where no message can prove that something will not come, the time that a client gets grows with its pace.
 */
export function paceOf(adapter: ClientAdapter): number {
  return Math.max(0, ...(starts.get(adapter) ?? []));
}
