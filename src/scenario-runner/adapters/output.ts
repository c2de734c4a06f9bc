/** Bytes of output that are kept from the beginning, and as many from the end. */
const KEPT_BYTES = 16 * 1024;

/** The output of a process: its beginning and its end, of any amount of output. */
export class BoundedOutput {
  #head = '';
  #tail = '';
  #dropped = 0;

  push(chunk: Buffer): void {
    let text = chunk.toString('utf8');
    if (this.#head.length < KEPT_BYTES) {
      const room = KEPT_BYTES - this.#head.length;
      this.#head += text.slice(0, room);
      text = text.slice(room);
    }
    if (text === '') return;
    const tail = this.#tail + text;
    this.#dropped += Math.max(0, tail.length - KEPT_BYTES);
    this.#tail = tail.slice(-KEPT_BYTES);
  }

  text(): string {
    const gap = this.#dropped > 0 ? `\n… ${this.#dropped} characters left out …\n` : '';
    return this.#head + gap + this.#tail;
  }
}
