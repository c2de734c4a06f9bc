import type { Writable } from 'node:stream';

/** How many characters may wait for a reader. Further lines are dropped and counted. */
const MAX_WAITING = 1024 * 1024;

/**
 * Writes lines for a reader that may be slow or not read at all: logs and events. Writing never blocks the program and
 * uses limited memory. If there is no room, lines are dropped. When there is room again, a line says how many were
 * dropped.
 */
export class LossyLines {
  readonly #stream: Writable;
  readonly #notice: (dropped: number) => string;
  #dropped = 0;
  #waitsForDrain = false;

  /** `notice` makes the line that reports dropped lines, including its newline. */
  constructor(stream: Writable, notice: (dropped: number) => string) {
    this.#stream = stream;
    this.#notice = notice;
    // After a closed pipe or a full disk, there is nobody left to report to.
    stream.on('error', () => undefined);
  }

  /** Writes one line, which includes its newline, or drops and counts it. */
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
