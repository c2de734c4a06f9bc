import type { Writable } from 'node:stream';

/** Characters that may wait for a reader; what comes beyond is dropped and counted. */
const MAX_WAITING = 1024 * 1024;

/**
 * Lines for somebody who may not read them: logs, events. They never hold up the program, and never pile up: what a slow
 * reader leaves no room for is dropped, and once there is room again a line says how many were.
 */
export class LossyLines {
  readonly #stream: Writable;
  readonly #notice: (dropped: number) => string;
  #dropped = 0;
  #waitsForDrain = false;

  /** `notice` gives the line that tells of dropped ones, its end included. */
  constructor(stream: Writable, notice: (dropped: number) => string) {
    this.#stream = stream;
    this.#notice = notice;
    // A closed pipe, a full disk: there is nobody left to tell.
    stream.on('error', () => undefined);
  }

  /** Writes one line, its end included, or counts it. */
  write(line: string): void {
    if (this.#stream.writableLength + line.length > MAX_WAITING) {
      this.#dropped++;
      this.#tellWhenThereIsRoom();
      return;
    }
    this.#tellDropped();
    this.#stream.write(line);
  }

  #tellWhenThereIsRoom(): void {
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    this.#stream.once('drain', () => {
      this.#waitsForDrain = false;
      this.#tellDropped();
    });
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return;
    const dropped = this.#dropped;
    this.#dropped = 0;
    this.#stream.write(this.#notice(dropped));
  }
}
