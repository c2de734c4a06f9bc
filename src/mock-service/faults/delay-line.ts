import { type PassOn, type Stage, unpinned } from '../data-plane/index.js';
import type { Clock, Timer } from '../kit/index.js';
import { BYTES_OF_ENTRY } from './held-cost.js';

interface Delayed {
  readonly frame: Buffer;
  readonly passOn: PassOn;
  readonly dueAt: number;
}

/** Returns when a frame may go, in time of the clock's `elapsed`. `previous` is when the frame before it goes. */
export type DueAt = (frame: Buffer, now: number, previous: number) => number;

/** Delays frames and keeps their order. When it is removed, it sends all held frames at once. */
export class DelayLine implements Stage {
  heldBytes = 0;
  readonly #clock: Clock;
  readonly #dueAt: DueAt;
  #queue: Delayed[] = [];
  #lastDueAt = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, dueAt: DueAt) {
    this.#clock = clock;
    this.#dueAt = dueAt;
  }

  frame(frame: Buffer, passOn: PassOn): void {
    const now = this.#clock.elapsed();
    const dueAt = this.#dueAt(frame, now, this.#lastDueAt);
    this.#lastDueAt = dueAt;
    if (dueAt <= now && this.#queue.length === 0) {
      passOn(frame);
      return;
    }
    this.#queue.push({ frame: unpinned(frame), passOn, dueAt });
    this.heldBytes += frame.length + BYTES_OF_ENTRY;
    this.#arm();
  }

  flush(passOn: PassOn): void {
    for (const { frame } of this.#empty()) passOn(frame);
  }

  discard(): void {
    this.#empty();
    this.#lastDueAt = 0;
  }

  #empty(): Delayed[] {
    this.#timer?.cancel();
    this.#timer = undefined;
    const queue = this.#queue;
    this.#queue = [];
    this.heldBytes = 0;
    return queue;
  }

  #arm(): void {
    const next = this.#queue[0];
    if (this.#timer !== undefined || next === undefined) return;
    this.#timer = this.#clock.after(Math.max(0, next.dueAt - this.#clock.elapsed()), () => this.#passDue());
  }

  #passDue(): void {
    this.#timer = undefined;
    const now = this.#clock.elapsed();
    while (this.#queue.length > 0 && this.#queue[0]!.dueAt <= now) {
      const { frame, passOn } = this.#queue.shift()!;
      this.heldBytes -= frame.length + BYTES_OF_ENTRY;
      passOn(frame);
    }
    this.#arm();
  }
}
