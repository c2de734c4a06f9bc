import type { Side } from '../../protocol/index.js';

/** What the service shall do to a handshake instead of, or beside, answering it by the rules. */
export interface HandshakeScript {
  /** Only handshakes for this tunnel, or this side. Any where neither is given, even those that would be refused. */
  readonly tunnelId?: string | undefined;
  readonly side?: Side | undefined;
  /** Asked of each handshake that it would apply to; one it says no to is answered as if it were not there. */
  readonly when?: (() => boolean) | undefined;
  /** How many handshakes it applies to; 1 unless given, `Infinity` until it is removed. */
  readonly times?: number | undefined;
  /** Waits before anything else, in milliseconds of the service's clock. */
  readonly delayMs?: number | undefined;
  /** Answers with this status instead of 101. The token is not spent (H8). */
  readonly status?: number | undefined;
  /** Headers of that answer, or more headers of the 101. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  /** Ends TCP: once the request has come, without an answer, or once the 101 has gone out. */
  readonly drop?: 'after-request' | 'after-accept' | undefined;
  /** Answers another subprotocol, or none (null). */
  readonly subprotocol?: string | null | undefined;
  /** Answers another `channel-id`, or none (null). */
  readonly channelId?: string | null | undefined;
  /** Answers this `Sec-WebSocket-Accept` instead of the right one. */
  readonly acceptKey?: string | undefined;
  /** Sends other ids in SERVICE_IDS, or no SERVICE_IDS at all (null). */
  readonly serviceIds?: readonly string[] | null | undefined;
}

/** Scripted handshakes, first come first served. */
export class HandshakeScripts {
  readonly #pending: { script: HandshakeScript; left: number }[] = [];

  /** Adds one behind the others; returns how to take it away. */
  add(script: HandshakeScript): () => void {
    const entry = { script, left: script.times ?? 1 };
    this.#pending.push(entry);
    return () => this.#remove(entry);
  }

  list(): readonly HandshakeScript[] {
    return this.#pending.map(({ script, left }) => ({ ...script, times: left }));
  }

  clear(): void {
    this.#pending.length = 0;
  }

  /** The script for a handshake, used up by one. */
  take(tunnelId: string | undefined, side: Side | undefined): HandshakeScript | undefined {
    const entry = this.#pending.find(
      ({ script }) =>
        (script.tunnelId === undefined || script.tunnelId === tunnelId) &&
        (script.side === undefined || script.side === side) &&
        (script.when === undefined || script.when()),
    );
    if (entry === undefined) return undefined;
    entry.left--;
    if (entry.left <= 0) this.#remove(entry);
    return entry.script;
  }

  #remove(entry: { script: HandshakeScript; left: number }): void {
    const at = this.#pending.indexOf(entry);
    if (at >= 0) this.#pending.splice(at, 1);
  }
}
