import type { Clock, EventHub, RandomSource } from '../kit/index.js';
import type { Closes, StreamAddress } from '../rules/index.js';
import type { QuotaOptions } from './quotas.js';
import type { SideConnection } from './side-connection.js';
import type { Tunnel } from './tunnel.js';

/** How long a closed tunnel stays visible to Describe and List, in milliseconds (D32). */
export const DEFAULT_VISIBLE_CLOSED_MS = 3 * 60 * 60 * 1000;

/** What a registry needs, and its options. */
export interface TunnelRegistryOptions extends QuotaOptions {
  readonly clock: Clock;
  readonly events: EventHub;
  readonly random: RandomSource;
  /** The region in the ARN. */
  readonly region: string;
  /** The account in the ARN: twelve digits. */
  readonly accountId: string;
  /** Refuses the dialects of public clients (docs/protocol.md#dialects). Default false. */
  readonly strict?: boolean | undefined;
  readonly closes?: Partial<Closes> | undefined;
  /** Milliseconds; default {@link DEFAULT_VISIBLE_CLOSED_MS}. */
  readonly visibleClosedMs?: number | undefined;
}

/** A new tunnel and the tokens of its sides. The tokens cannot be asked for again later. */
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

/** What a new connection replaced. */
export interface Connected {
  /** The older connection of that side. It has been told to end (H12). */
  readonly replaced: SideConnection | undefined;
  /**
   * Streams that were live when the connection was replaced. The peer may be sent STREAM_RESET for them (S15). If a
   * source was replaced, the ledger has ended them. If a destination was replaced, they live until
   * {@link StreamLedger.endStream}.
   */
  readonly disrupted: readonly StreamAddress[];
}
