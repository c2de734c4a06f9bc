import type { Socket } from 'node:net';

/** Sockets of applications that connected while no stream could be started. They wait, and nothing is read from them. */
export class HeldSockets {
  readonly #held = new Map<Socket, string>();

  get count(): number {
    return this.#held.size;
  }

  hold(service: string, socket: Socket): void {
    this.#held.set(socket, service);
    socket.once('close', () => this.#held.delete(socket));
  }

  /** Returns all waiting sockets, oldest first, and forgets them. */
  take(): [Socket, string][] {
    const all = [...this.#held];
    this.#held.clear();
    return all;
  }
}
