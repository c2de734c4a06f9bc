import type { Clock, Timer } from '../clock.js';

/** Bytes of answers that may wait to be sent; with more, nothing further is read that would cause more of them. */
const HIGH_WATER_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 16 * 1024;
/** How long a peer may read none of the answers before its connection is ended, in milliseconds. */
const LONGEST_STANDSTILL_MS = 30_000;

/** What answers ask of the session. */
export interface AnswerActions {
  /** Too many wait. */
  stopReading(): void;
  goOnReading(): void;
  /** The peer reads none of them. */
  giveUp(): void;
}

/**
 * Counts what this side sends because of what it receives: resets, refusals, pongs. Data is held back at its source; an
 * answer's source is the peer, so a peer that asks and does not read is itself no longer read.
 */
export class UnreadAnswers {
  readonly #actions: AnswerActions;
  readonly #clock: Clock;
  #bytes = 0;
  #reading = true;
  #standstill: Timer | undefined;

  constructor(actions: AnswerActions, clock: Clock) {
    this.#actions = actions;
    this.#clock = clock;
  }

  /** Whether an answer that may be left out should be. */
  get tooMany(): boolean {
    return this.#bytes > HIGH_WATER_BYTES;
  }

  /** An answer was handed to the WebSocket. Returns what tells that it has been sent. */
  add(bytes: number): () => void {
    this.#bytes += bytes;
    if (this.tooMany && this.#reading) {
      this.#reading = false;
      this.#watch();
      this.#actions.stopReading();
    }
    return () => this.#sent(bytes);
  }

  /** The connection is over. */
  stop(): void {
    this.#standstill?.cancel();
  }

  #sent(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#reading) return;
    this.#standstill?.cancel();
    if (this.#bytes > LOW_WATER_BYTES) {
      this.#watch();
      return;
    }
    this.#reading = true;
    this.#actions.goOnReading();
  }

  #watch(): void {
    this.#standstill = this.#clock.after(LONGEST_STANDSTILL_MS, () => this.#actions.giveUp());
  }
}
