/**
 * Counts the payload bytes of the WebSocket frames that a server sends. It reads only their headers. A close frame is an
 * error, because then the relay has refused the load.
 */
export class PayloadCounter {
  bytes = 0;
  #header = Buffer.alloc(10);
  #headerBytes = 0;
  #rest = 0;

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const taken = Math.min(this.#rest, chunk.length - at);
        this.#rest -= taken;
        this.bytes += taken;
        at += taken;
        continue;
      }
      this.#header[this.#headerBytes++] = chunk[at++]!;
      this.#readHeader();
    }
  }

  #readHeader(): void {
    if (this.#headerBytes < 2) return;
    const short = this.#header[1]! & 0x7f;
    const needed = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#headerBytes < needed) return;
    if ((this.#header[0]! & 0x0f) === 8) throw new Error('The relay has closed the WebSocket');
    this.#headerBytes = 0;
    if (short < 126) this.#rest = short;
    else this.#rest = short === 126 ? this.#header.readUInt16BE(2) : Number(this.#header.readBigUInt64BE(2));
  }
}
