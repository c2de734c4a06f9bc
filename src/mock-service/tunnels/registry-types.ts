import type { Clock, EventHub, RandomSource } from '../kit/index.js';
import type { Closes, StreamAddress } from '../rules/index.js';
import type { QuotaOptions } from './quotas.js';
import type { SideConnection } from './side-connection.js';
import type { Tunnel } from './tunnel.js';

/** Closed tunnels stay visible to Describe and List for at least this long (D32). */
export const DEFAULT_VISIBLE_CLOSED_MS = 3 * 60 * 60 * 1000;

/** What a registry needs, and what may be changed. */
export interface TunnelRegistryOptions extends QuotaOptions {
  readonly clock: Clock;
  readonly events: EventHub;
  readonly random: RandomSource;
  /** For the ARN. */
  readonly region: string;
  /** For the ARN: twelve digits. */
  readonly accountId: string;
  /** Refuses the dialects of public clients (docs/protocol.md#dialects). Default false. */
  readonly strict?: boolean | undefined;
  readonly closes?: Partial<Closes> | undefined;
  /** Milliseconds; default {@link DEFAULT_VISIBLE_CLOSED_MS}. */
  readonly visibleClosedMs?: number | undefined;
}

/** A new tunnel and the tokens of its sides. Nobody can ask for the tokens again. */
export interface OpenedTunnel {
  readonly tunnel: Tunnel;
  readonly sourceAccessToken: string;
  readonly destinationAccessToken: string;
}

/** The tokens of the sides that were rotated. */
export interface RotatedTokens {
  readonly sourceAccessToken?: string;
  readonly destinationAccessToken?: string;
}

/** What a new connection displaced. */
export interface Connected {
  /** The older connection of that side; it has been told to end (H12). */
  readonly replaced: SideConnection | undefined;
  /**
   * Streams that were live under the replaced connection, for STREAM_RESET to the peer (S15). A replaced source's
   * are over already; a replaced destination's live on until {@link StreamLedger.endStream}.
   */
  readonly disrupted: readonly StreamAddress[];
}
