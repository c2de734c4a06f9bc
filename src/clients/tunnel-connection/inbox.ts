import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';

/**
 * Bytes looked at in one go. A longer WebSocket message is worked off in several, between which timers, signals and other
 * connections get their turn: it may hold millions of tunnel frames.
 */
const SLICE_BYTES = MAX_WEBSOCKET_FRAME_BYTES;

/** What was received and has not been looked at: at most one WebSocket message, and what its socket had read already. */
export class Inbox {
  readonly #take: (slice: Uint8Array) => void;
  readonly #mayTake: () => boolean;
  readonly #worked: () => void;
  #chunks: Uint8Array[] = [];
  #next: NodeJS.Immediate | undefined;
  #whenEmpty: (() => void) | undefined;

  /**
   * `take` gets the bytes, slice by slice and in order, while `mayTake` says so; `worked` is told after each slice that
   * was not taken at once.
   */
  constructor(take: (slice: Uint8Array) => void, mayTake: () => boolean, worked: () => void) {
    this.#take = take;
    this.#mayTake = mayTake;
    this.#worked = worked;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    if (this.#next === undefined) this.#work();
  }

  /**
   * `mayTake` may have changed. What is left is taken in later turns of the event loop: the call may come from a write
   * that ended within the same turn, and a loop of those would let nothing else run.
   */
  workLater(): void {
    if (this.#chunks.length === 0 || !this.#open) return;
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#work();
      this.#worked();
    });
  }

  /** Nothing more will come: what is left is taken whatever `mayTake` says, then `done` is called. */
  finish(done: () => void): void {
    this.#whenEmpty = done;
    if (this.#next === undefined) this.#work();
  }

  clear(): void {
    this.#chunks = [];
  }

  #work(): void {
    for (let left = SLICE_BYTES; left > 0 && this.#chunks.length > 0 && this.#open; )
      left -= this.#takeUpTo(left);
    if (this.#chunks.length === 0) {
      this.#whenEmpty?.();
      this.#whenEmpty = undefined;
    } else this.workLater();
  }

  get #open(): boolean {
    return this.#whenEmpty !== undefined || this.#mayTake();
  }

  #takeUpTo(most: number): number {
    const chunk = this.#chunks[0]!;
    const slice = chunk.length <= most ? chunk : chunk.subarray(0, most);
    if (slice === chunk) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(most);
    this.#take(slice);
    // An empty message counts too, so that nothing runs without end.
    return Math.max(1, slice.length);
  }
}
