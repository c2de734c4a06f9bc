import type { Clock, Timer } from '../clock.js';

/** If more bytes of answers than this wait to be sent, the session stops reading, because reading causes more answers. */
const HIGH_WATER_BYTES = 64 * 1024;
const LOW_WATER_BYTES = 16 * 1024;
/** If the peer reads no answers for this long, in milliseconds, its connection is ended. */
const LONGEST_STANDSTILL_MS = 30_000;

/** The actions that the session carries out. */
export interface AnswerActions {
  /** Too many bytes of answers wait. */
  stopReading(): void;
  goOnReading(): void;
  /** The peer reads no answers. */
  giveUp(): void;
}

/**
 * Counts the answers that this side sends because of received messages: resets, refusals, pongs. Back-pressure cannot
 * slow an application here, because the peer causes the answers. So if the peer does not read them, this side stops
 * reading from the peer.
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

  /** Whether optional answers, such as pongs, should be left out. */
  get tooMany(): boolean {
    return this.#bytes > HIGH_WATER_BYTES;
  }

  /** To be called when an answer is handed to the WebSocket. Returns a function to call when the answer has been sent. */
  add(bytes: number): () => void {
    this.#bytes += bytes;
    if (this.tooMany && this.#reading) {
      this.#reading = false;
      this.#watch();
      this.#actions.stopReading();
    }
    return () => this.#sent(bytes);
  }

  /** To be called when the connection is over. */
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
