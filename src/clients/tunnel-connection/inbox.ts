/**
 * How long received bytes are handled in one turn of the event loop, in milliseconds. After that, timers, signals and
 * other connections get their turn. One WebSocket message may hold millions of tunnel frames.
 */
const TURN_MS = 10;

/**
 * Received bytes that are not handled yet: at most one WebSocket message, and the bytes that its socket had read
 * already.
 */
export class Inbox {
  readonly #take: (bytes: Uint8Array) => number;
  readonly #mayTake: () => boolean;
  readonly #worked: () => void;
  #chunks: Uint8Array[] = [];
  #turnEnds = 0;
  #next: NodeJS.Immediate | undefined;
  #whenEmpty: (() => void) | undefined;

  /**
   * `take` gets the bytes in order, as long as `mayTake` returns true. It returns how many bytes it took. It stops when
   * {@link mustPause} is true. `worked` is called after bytes were taken in a later turn.
   */
  constructor(take: (bytes: Uint8Array) => number, mayTake: () => boolean, worked: () => void) {
    this.#take = take;
    this.#mayTake = mayTake;
    this.#worked = worked;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  /** Whether the rest has to wait: for a later turn, or until `mayTake` allows it. */
  get mustPause(): boolean {
    return !this.#open || performance.now() > this.#turnEnds;
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    if (this.#next === undefined) this.#work();
  }

  /**
   * To be called when `mayTake` may have changed. The rest is taken in later turns of the event loop. Otherwise, writes
   * that end within the same turn could call this in a loop, and nothing else would run.
   */
  workLater(): void {
    if (this.#chunks.length === 0 || !this.#open) return;
    this.#next ??= setImmediate(() => {
      this.#next = undefined;
      this.#work();
      this.#worked();
    });
  }

  /** To be called when nothing more will arrive. The rest is taken, even if `mayTake` is false. Then `done` is called. */
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
