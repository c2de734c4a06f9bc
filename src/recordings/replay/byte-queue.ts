/** Bytes in the order in which they came. What is taken is copied once, however many waited before it. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The first bytes: so many, or as many as there are. */
  take(count: number): Buffer {
    const taken: Uint8Array[] = [];
    let missing = Math.min(count, this.#length);
    this.#length -= missing;
    let whole = 0;
    for (; missing > 0; whole++) {
      const chunk = this.#chunks[whole]!;
      taken.push(chunk.subarray(0, missing));
      if (chunk.length > missing) {
        this.#chunks[whole] = chunk.subarray(missing);
        break;
      }
      missing -= chunk.length;
    }
    this.#chunks.splice(0, whole);
    return Buffer.concat(taken);
  }
}
