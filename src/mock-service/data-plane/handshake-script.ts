import { z } from 'zod';
import type { Side } from '../../protocol/index.js';
import { type Immutable, ServiceError } from '../kit/index.js';
import { fitServiceIds, serviceIdsSchema } from '../rules/index.js';

/** A day. A longer delay is probably a typing error. */
const LONGEST_DELAY_MS = 24 * 60 * 60 * 1000;
/** A limit, because each handshake is compared with all scripts. */
const MAX_SCRIPTS = 256;
const MAX_HEADERS = 50;
const LONGEST_HEADER = 4096;
/** The allowed text of an HTTP header. A line end in it would begin a second header. */
const headerValue = z
  .string()
  .max(LONGEST_HEADER)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII');

/** How the service treats a handshake instead of, or in addition to, answering it by the rules. */
export const handshakeScriptSchema = z.strictObject({
  /**
   * The script applies only to handshakes for this tunnel and this side. If neither is given, it applies to any
   * handshake, even to one that would be refused.
   */
  tunnelId: z.string().optional(),
  side: z.enum(['source', 'destination']).optional(),
  times: z.int().min(1).optional().describe('How many handshakes it applies to. Default: 1'),
  /** Waits this long before it does anything else, in milliseconds of the service's clock. */
  delayMs: z.number().nonnegative().max(LONGEST_DELAY_MS).optional(),
  status: z
    .int()
    .min(200)
    .max(599)
    .optional()
    .describe('Status of the answer instead of 101. The token is not used up'),
  /** Headers of that answer, or additional headers of the 101. */
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
  /** Ends TCP: after the request, without an answer, or after the 101 was sent. */
  drop: z.enum(['after-request', 'after-accept']).optional(),
  /** Answers with another subprotocol, or with none. */
  subprotocol: headerValue.nullable().optional().describe('null: none'),
  /** Answers with another `channel-id`, or with none. */
  channelId: headerValue.nullable().optional().describe('null: none'),
  /** Answers with this `Sec-WebSocket-Accept` instead of the correct one. */
  acceptKey: headerValue.optional(),
  /** Sends other ids in SERVICE_IDS, or no SERVICE_IDS at all. */
  serviceIds: serviceIdsSchema.nullable().optional().describe('null: no SERVICE_IDS'),
});

/** A script from a program. `times` may be `Infinity`; then the script applies until it is removed. */
export interface HandshakeScript extends Immutable<z.infer<typeof handshakeScriptSchema>> {
  /**
   * Called for each handshake that the script would apply to. If it returns false, the script is skipped for this
   * handshake.
   */
  readonly when?: (() => boolean) | undefined;
}

/** The scripts for handshakes. The first script that applies is used. */
export class HandshakeScripts {
  readonly #pending: { script: HandshakeScript; left: number }[] = [];

  /**
   * Adds a script after the others. Returns a function that removes it.
   * @throws {ServiceError} INVALID_OPTION if the ids do not fit in one SERVICE_IDS. LIMIT_EXCEEDED if there are too
   * many scripts.
   */
  add(script: HandshakeScript): () => void {
    if (!fitServiceIds(script.serviceIds ?? [])) {
      const what = `The ${script.serviceIds!.length} serviceIds do not fit one SERVICE_IDS (S1)`;
      throw new ServiceError('INVALID_OPTION', `${what}; give fewer, or shorter ones`);
    }
    if (this.#pending.length >= MAX_SCRIPTS) {
      const what = `${MAX_SCRIPTS} scripts wait for their handshakes`;
      throw new ServiceError('LIMIT_EXCEEDED', `${what}; remove some, or reset the service`);
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

  /** The script for a handshake. It counts this use against `times`. */
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
