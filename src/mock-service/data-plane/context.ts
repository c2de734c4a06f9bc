import { z } from 'zod';
import type { Clock, EventHub } from '../kit/index.js';
import type { Allowance } from '../rules/index.js';
import type { TunnelRegistry } from '../tunnels/index.js';
import type { Reframing } from './reframing-schema.js';

/**
 * What the service does when a client breaks a rule: `close` its connection, only `report` it, or check nothing
 * (`off`).
 */
export const enforcementSchema = z.enum(['close', 'report', 'off']);
export type Enforcement = z.output<typeof enforcementSchema>;

/**
 * When the service sends the peer STREAM_RESET for the live streams of a side (S15): only if the side's connection was
 * replaced, or whenever it was lost.
 */
export const resetOnPeerLossSchema = z.enum(['replaced', 'lost']);
export type ResetOnPeerLoss = z.output<typeof resetOnPeerLossSchema>;

/** The data plane's options, with all defaults filled in. Times are in milliseconds, sizes in bytes. */
export interface DataPlaneOptions {
  readonly enforce: Enforcement;
  readonly reframing: Reframing;
  readonly resetOnPeerLoss: ResetOnPeerLoss;
  readonly answerPings: boolean;
  /** When this many bytes wait for a side, the service stops reading from its peer. */
  readonly highWaterBytes: number;
  readonly closeTimeoutMs: number;
  /** How many frames of a session are kept for `session.received`. */
  readonly observedFrames: number;
  /** The bandwidth of a tunnel, both directions together. Undefined: no limit. */
  readonly bandwidthBytesPerSecond: number | undefined;
  /** How many handshakes a second are handled; further ones get 429. Undefined: no limit. */
  readonly handshakesPerSecond: number | undefined;
}

/** What every session and tunnel of the data plane needs. */
export interface DataPlaneContext {
  readonly clock: Clock;
  readonly events: EventHub;
  readonly registry: TunnelRegistry;
  readonly options: DataPlaneOptions;
  readonly newChannelId: () => string;
  /** Bytes that may wait for all clients together. */
  readonly waiting: Allowance;
  /** Bytes of frames that all sessions may keep. */
  readonly keeping: Allowance;
}
