import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Timer } from '../clock.js';
import { ownBytes } from './own-bytes.js';
import type { LocalEnd, LocalLimits, TunnelPort } from './types.js';

/**
 * How long an application may stay connected after the end, in milliseconds. After that, bytes from it get a TCP reset.
 */
const CLOSING_MS = 2000;

/** If a timer fires this much too late, in milliseconds, the machine is busy. */
const LATE_MS = 25;
/** After this many late timers the wait ends: on a machine that is always busy the peer has to be told, too. */
const MOST_LATE = 4;

/**
 * An application's socket, joined to the tunnel.
 *
 * The protocol has no half-close, only resets, which end both directions. So when the application ends its sending half,
 * the reset is not sent while bytes still arrive for the application. It is sent when no byte has arrived for a while.
 * This way, programs such as `nc -N` get their answer, and a connection that was fully closed ends soon. If the
 * application fails or resets the connection, the peer is told at once.
 */
export class LocalConnection implements LocalEnd {
  readonly #stream: Duplex;
  readonly #port: TunnelPort;
  readonly #limits: LocalLimits;
  /** Whether the connection still exchanges bytes with the tunnel. */
  #joined = true;
  #blocking = false;
  /** How many bytes were written to the application's socket, but not taken by the system yet. */
  #held = 0;
  #lastDelivery = 0;
  #timer: Timer | undefined;
  /** Timers that came late since the application ended its sending half. */
  #late = 0;

  constructor(stream: Duplex, port: TunnelPort, limits: LocalLimits) {
    this.#stream = stream;
    this.#port = port;
    this.#limits = limits;
    if (stream instanceof Socket) stream.setNoDelay(true);
    stream.on('data', (chunk: Buffer) => this.#read(chunk));
    stream.on('drain', () => this.#drained());
    stream.on('end', () => this.#ended());
    stream.on('error', () => this.#leave());
    stream.on('close', () => this.#closed());
    this.resume();
  }

  deliver(payload: Uint8Array): void {
    if (!this.#joined || this.#stream.destroyed) return;
    this.#lastDelivery = this.#limits.clock.now();
    this.#held += payload.length;
    this.#port.hold(payload.length);
    this.#stream.write(ownBytes(payload), () => this.#letGo(payload.length));
    if (!this.#blocking && this.#stream.writableLength > this.#limits.maxQueuedBytes) {
      this.#blocking = true;
      this.#port.block();
    }
  }

  finish(): void {
    this.#joined = false;
    this.#unblock();
    // Reading goes on. Closing a socket with unread bytes would reset it, and flushed bytes would be lost.
    this.#stream.resume();
    this.#timer?.cancel();
    this.#watchClosing(this.#stream.writableLength);
    this.#stream.end(() => this.#flushed());
  }

  resume(): void {
    if (!this.#joined || !this.#port.congested) this.#stream.resume();
  }

  destroy(): void {
    this.#joined = false;
    this.#stream.destroy();
  }

  #read(chunk: Buffer): void {
    if (!this.#joined) return;
    this.#port.send(chunk);
    if (this.#port.congested) this.#stream.pause();
  }

  #drained(): void {
    this.#lastDelivery = this.#limits.clock.now();
    this.#unblock();
  }

  #letGo(bytes: number): void {
    const left = Math.min(bytes, this.#held);
    this.#held -= left;
    this.#port.letGo(left);
  }

  #unblock(): void {
    if (!this.#blocking) return;
    this.#blocking = false;
    this.#port.unblock();
  }

  #ended(): void {
    if (!this.#joined) return;
    this.#lastDelivery = Math.max(this.#lastDelivery, this.#limits.clock.now());
    this.#watchQuiet();
  }

  #watchQuiet(): void {
    const { clock, halfCloseQuietMs } = this.#limits;
    const now = clock.now();
    // If `halfCloseQuietMs` is 0, there is no wait.
    const waiting = halfCloseQuietMs > 0 && (this.#stream.writableLength > 0 || this.#port.busy);
    const due = (waiting ? now : this.#lastDelivery) + halfCloseQuietMs;
    if (due <= now) {
      this.#closeAfterHalfClose();
      return;
    }
    this.#timer = clock.after(due - now, () => {
      // If the timer is late, the machine is busy. Then the silence may have another cause, so the wait starts again.
      if (clock.now() - due > LATE_MS && this.#late++ < MOST_LATE) this.#lastDelivery = clock.now();
      this.#watchQuiet();
    });
  }

  #closeAfterHalfClose(): void {
    if (!this.#joined) return;
    this.#leave();
    this.finish();
  }

  /** Drops the socket of an application that neither reads nor closes (S17). */
  #watchClosing(waiting: number): void {
    if (this.#stream.destroyed) return;
    this.#timer = this.#limits.clock.after(this.#limits.closeTimeoutMs, () => {
      const still = this.#stream.writableLength;
      if (still > 0 && still < waiting) this.#watchClosing(still);
      else this.#stream.destroy();
    });
  }

  /** The application has got all bytes. Now it has some time to close its half too. */
  #flushed(): void {
    if (this.#stream.destroyed) return;
    this.#timer?.cancel();
    const ms = Math.min(CLOSING_MS, this.#limits.closeTimeoutMs);
    this.#timer = this.#limits.clock.after(ms, () => this.#stream.destroy());
  }

  /** The application has ended the connection: by a close, an error or a reset. */
  #leave(): void {
    if (!this.#joined) return;
    this.#joined = false;
    this.#port.localClosed();
  }

  #closed(): void {
    this.#leave();
    this.#timer?.cancel();
    this.#unblock();
    // Not every stream calls back for writes that it drops.
    this.#letGo(this.#held);
    this.#port.released();
  }
}
