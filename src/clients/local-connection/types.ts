import type { Clock } from '../clock.js';

/** The tunnel as one local connection sees it. */
export interface TunnelPort {
  /** Sends bytes that the application wrote. */
  send(payload: Uint8Array): void;
  /** Whether too many bytes wait to be sent. Then the connection must not read from the application until `resume`. */
  readonly congested: boolean;
  /**
   * Whether bytes still wait to be sent, or received bytes to be handled. Then silence does not mean that the peer is
   * silent.
   */
  readonly busy: boolean;
  /** The application has closed or failed. No more bytes are sent or delivered. Called once. */
  localClosed(): void;
  /** Too many bytes wait for this connection: the client stops reading from the tunnel. */
  block(): void;
  unblock(): void;
  /** This many more bytes wait for the application. They are counted over all connections. */
  hold(bytes: number): void;
  /** This many of these bytes do not wait any more. */
  letGo(bytes: number): void;
  /** The local connection has released everything. Called once, as the last call. */
  released(): void;
}

/** The local end of a connection: an application's socket, or one that is being dialled. */
export interface LocalEnd {
  /** Bytes from the tunnel. */
  deliver(payload: Uint8Array): void;
  /** The tunnel's side has ended. The delivered bytes are flushed, then the socket is closed (S8). */
  finish(): void;
  /** The tunnel has room again. */
  resume(): void;
  /** Drops everything at once. */
  destroy(): void;
}

/** Limits of a local connection; each is an option. */
export interface LocalLimits {
  /** Bytes that may wait for a slow application before reading from the tunnel stops. Default 1 MiB. */
  readonly maxQueuedBytes: number;
  /** The same for all applications of a client together. Default 16 MiB. */
  readonly maxQueuedBytesInAll: number;
  /**
   * After the application has ended its sending half, the connection counts as closed once no byte has arrived for it in
   * this many milliseconds. Default 250; 0 closes at once, as the reference local proxy does.
   */
  readonly halfCloseQuietMs: number;
  /** A closing application that makes no progress for this many milliseconds is dropped. Default 10000. */
  readonly closeTimeoutMs: number;
  readonly clock: Clock;
}
