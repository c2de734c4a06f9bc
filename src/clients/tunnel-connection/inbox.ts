/**
 * How long what was received is worked on in one turn of the event loop, in milliseconds. Then timers, signals and other
 * connections get theirs: one WebSocket message may hold millions of tunnel frames.
 */
const TURN_MS = 10;

/** What was received and has not been looked at: at most one WebSocket message, and what its socket had read already. */
export class Inbox {
  readonly #take: (bytes: Uint8Array) => number;
  readonly #mayTake: () => boolean;
  readonly #worked: () => void;
  #chunks: Uint8Array[] = [];
  #turnEnds = 0;
  #next: NodeJS.Immediate | undefined;
  #whenEmpty: (() => void) | undefined;

  /**
   * `take` gets the bytes in order, while `mayTake` says so; it returns how many it took, and takes no more once
   * {@link mustPause}. `worked` is told after what was not taken at once.
   */
  constructor(take: (bytes: Uint8Array) => number, mayTake: () => boolean, worked: () => void) {
    this.#take = take;
    this.#mayTake = mayTake;
    this.#worked = worked;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Whether the rest has to wait: for a later turn, or until it may be taken. */
  get mustPause(): boolean {
    return !this.#open || performance.now() > this.#turnEnds;
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
    this.#turnEnds = performance.now() + TURN_MS;
    while (this.#chunks.length > 0 && !this.mustPause) this.#takeFirst();
    if (this.#chunks.length === 0) {
      this.#whenEmpty?.();
      this.#whenEmpty = undefined;
    } else this.workLater();
  }

  get #open(): boolean {
    return this.#whenEmpty !== undefined || this.#mayTake();
  }

  #takeFirst(): void {
    const chunk = this.#chunks.shift()!;
    const taken = this.#take(chunk);
    if (taken < chunk.length) this.#chunks.unshift(chunk.subarray(taken));
  }
}
