import type { Socket } from 'node:net';

/** Applications that connected while no stream could be started. They wait, unread, until one can. */
export class HeldSockets {
  readonly #held = new Map<Socket, string>();

  get count(): number {
    return this.#held.size;
  }

  hold(service: string, socket: Socket): void {
    this.#held.set(socket, service);
    socket.once('close', () => this.#held.delete(socket));
  }

  /** Gives back all that wait, oldest first. */
  take(): [Socket, string][] {
    const all = [...this.#held];
    this.#held.clear();
    return all;
  }
}
