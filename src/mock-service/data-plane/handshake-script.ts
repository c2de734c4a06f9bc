import { z } from 'zod';
import type { Side } from '../../protocol/index.js';
import { type Immutable, ServiceError } from '../kit/index.js';
import { fitServiceIds, serviceIdsSchema } from '../rules/index.js';

/** A day: longer waits are typing errors. */
const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;
/** Each handshake is held against all of them. */
const MAX_SCRIPTS = 256;
const MAX_HEADERS = 50;
const LONGEST_HEADER = 4096;
/** What may stand in an HTTP header: a line end would make two of it. */
const headerValue = z
  .string()
  .max(LONGEST_HEADER)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII');

/** What the service does to a handshake instead of answering it by the rules, or beside that. */
export const handshakeScriptSchema = z.strictObject({
  /** Only handshakes for this tunnel, or this side. Any where neither is given, even those that would be refused. */
  tunnelId: z.string().optional(),
  side: z.enum(['source', 'destination']).optional(),
  times: z.int().min(1).optional().describe('Handshakes it applies to; 1 unless given'),
  /** Waits before anything else, in milliseconds of the service's clock. */
  delayMs: z.number().nonnegative().max(LONGEST_DELAY_MS).optional(),
  status: z.int().min(200).max(599).optional().describe('Instead of 101; the token is not spent'),
  /** Headers of that answer, or more headers of the 101. */
  headers: z
    .record(
      z
        .string()
        .max(100)
        .regex(/^[\w-]+$/),
      headerValue,
    )
    .refine((headers) => Object.keys(headers).length <= MAX_HEADERS, `must be at most ${MAX_HEADERS} headers`)
    .optional(),
  body: z.string().max(65_536).optional(),
  /** Ends TCP: once the request has come, without an answer, or once the 101 has gone out. */
  drop: z.enum(['after-request', 'after-accept']).optional(),
  /** Answers another subprotocol, or none. */
  subprotocol: headerValue.nullable().optional().describe('null: none'),
  /** Answers another `channel-id`, or none. */
  channelId: headerValue.nullable().optional().describe('null: none'),
  /** Answers this `Sec-WebSocket-Accept` instead of the right one. */
  acceptKey: headerValue.optional(),
  /** Sends other ids in SERVICE_IDS, or no SERVICE_IDS at all. */
  serviceIds: serviceIdsSchema.nullable().optional().describe('null: no SERVICE_IDS'),
});

/** A script as a program gives it: `times` may be `Infinity`, and then it applies until it is removed. */
export interface HandshakeScript extends Immutable<z.infer<typeof handshakeScriptSchema>> {
  /** Asked of each handshake that it would apply to; one it says no to is answered as if it were not there. */
  readonly when?: (() => boolean) | undefined;
}

/** Scripted handshakes, first come first served. */
export class HandshakeScripts {
  readonly #pending: { script: HandshakeScript; left: number }[] = [];

  /**
   * Adds one behind the others; returns how to take it away.
   * @throws {ServiceError} INVALID_OPTION for ids that fit no SERVICE_IDS, LIMIT_EXCEEDED.
   */
  add(script: HandshakeScript): () => void {
    if (!fitServiceIds(script.serviceIds ?? [])) {
      const what = `The ${script.serviceIds!.length} serviceIds do not fit one SERVICE_IDS (S1)`;
      throw new ServiceError('INVALID_OPTION', `${what}; give fewer, or shorter ones`);
    }
    if (this.#pending.length >= MAX_SCRIPTS) {
      const what = `${MAX_SCRIPTS} scripts wait for their handshakes`;
      throw new ServiceError('LIMIT_EXCEEDED', `${what}; take some back, or reset the service`);
    }
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
