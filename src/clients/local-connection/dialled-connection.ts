import type { Socket } from 'node:net';
import { LocalConnection } from './local-connection.js';
import { ownBytes } from './own-bytes.js';
import type { LocalEnd, LocalLimits, TunnelPort } from './types.js';

/** Dials. It resolves with the socket, or rejects. When `lastTry` returns true, it does not try again. */
export type Dial = (signal: AbortSignal, lastTry: () => boolean) => Promise<Socket>;

/**
 * A connection to a local service that is being dialled. Meanwhile it keeps the bytes that arrive (S3), up to the limit
 * at which reading from the tunnel stops. When the dial succeeds, it hands them to the socket.
 */
export class DialledConnection implements LocalEnd {
  readonly #port: TunnelPort;
  readonly #limits: LocalLimits;
  readonly #abort = new AbortController();
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #blocking = false;
  #finished = false;
  #local: LocalConnection | undefined;

  /** `failed` is called once if the dial fails, unless the tunnel ended the connection first. */
  constructor(dial: Dial, port: TunnelPort, limits: LocalLimits, failed: (error: unknown) => void) {
    this.#port = port;
    this.#limits = limits;
    dial(this.#abort.signal, () => this.#finished).then(
      (socket) => this.#connected(socket),
      (error: unknown) => {
        this.#drop();
        if (!this.#finished) failed(error);
        port.released();
      },
    );
  }

  deliver(payload: Uint8Array): void {
    if (this.#local !== undefined) {
      this.#local.deliver(payload);
      return;
    }
    if (this.#finished) return;
    this.#queue.push(ownBytes(payload));
    this.#queuedBytes += payload.length;
    this.#port.hold(payload.length);
    if (!this.#blocking && this.#queuedBytes > this.#limits.maxQueuedBytes) {
      this.#blocking = true;
      this.#port.block();
    }
  }

  finish(): void {
    this.#finished = true;
    if (this.#local !== undefined) {
      this.#local.finish();
      return;
    }
    this.#unblock();
    // S8: bytes that were received before the end still go to the service, if the current try succeeds.
    if (this.#queue.length === 0) this.#abort.abort(new Error('The connection ended'));
  }

  resume(): void {
    this.#local?.resume();
  }

  destroy(): void {
    this.#finished = true;
    this.#local?.destroy();
    this.#drop();
    this.#abort.abort(new Error('The connection was dropped'));
  }

  #connected(socket: Socket): void {
    if (this.#abort.signal.aborted) {
      socket.destroy();
      this.#port.released();
      return;
    }
    const local = new LocalConnection(socket, this.#port, this.#limits);
    this.#local = local;
    const queue = this.#queue;
    this.#drop();
    for (const payload of queue) local.deliver(payload);
    if (this.#finished) local.finish();
  }

  #drop(): void {
    this.#port.letGo(this.#queuedBytes);
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#unblock();
  }

  #unblock(): void {
    if (!this.#blocking) return;
    this.#blocking = false;
    this.#port.unblock();
  }
}
