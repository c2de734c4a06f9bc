import type { Tunnel } from './tunnel.js';

/** Tunnels in the order of their opening: one is found, added and removed without a look at the others. */
export class OrderedTunnels<T extends Tunnel> {
  readonly #tunnels: T[] = [];

  get size(): number {
    return this.#tunnels.length;
  }

  add(tunnel: T): void {
    this.#tunnels.splice(this.#placeOf(tunnel.sequence), 0, tunnel);
  }

  remove(tunnel: T): void {
    const place = this.#placeOf(tunnel.sequence);
    if (this.#tunnels[place] === tunnel) this.#tunnels.splice(place, 1);
  }

  /** Newest first, of those that were opened before the one with this number. */
  *newest(before = Number.POSITIVE_INFINITY): Generator<T> {
    for (let i = this.#placeOf(before) - 1; i >= 0; i--) yield this.#tunnels[i]!;
  }

  /** How many were opened before a number. */
  #placeOf(sequence: number): number {
    let low = 0;
    // Nearly all are added at the end.
    let high = this.#tunnels.length;
    if (high === 0 || this.#tunnels[high - 1]!.sequence < sequence) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#tunnels[middle]!.sequence < sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
