/** Bytes kept of each end of what a client prints. */
const KEPT_BYTES = 16 * 1024;

/** What a process printed: its beginning and its end, however much it was. */
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
