import { Transform, type TransformCallback } from 'node:stream';

const LENGTH_BYTES_AT_MOST = 4;

/**
 * Passes MQTT packets through, and fails at the first packet that announces more than `maxBytes`. Without it, the
 * broker's parser would gather up to 256 MB of a packet.
 */
export class PacketLimit extends Transform {
  readonly #maxBytes: number;
  /** How many bytes of the current packet have not arrived yet. Undefined while its length is being read. */
  #remaining: number | undefined;
  #lengthBytes = -1;
  #length = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#remaining === undefined) {
        const problem = this.#header(chunk[at] ?? 0);
        if (problem !== undefined) {
          done(new Error(problem));
          return;
        }
        at += 1;
      } else {
        const step = Math.min(this.#remaining, chunk.length - at);
        this.#consumed(step);
        at += step;
      }
    }
    done(null, chunk);
  }

  /** Reads one byte of the fixed header: first the type, then the length in groups of seven bits, lowest group first. */
  #header(byte: number): string | undefined {
    this.#lengthBytes += 1;
    if (this.#lengthBytes === 0) return undefined;
    if (this.#lengthBytes > LENGTH_BYTES_AT_MOST) return 'The length of an MQTT packet is malformed';
    this.#length += (byte & 0x7f) * 128 ** (this.#lengthBytes - 1);
    if (this.#length > this.#maxBytes) return `An MQTT packet is over ${this.#maxBytes} bytes`;
    if (byte < 0x80) {
      this.#remaining = this.#length;
      this.#consumed(0);
    }
    return undefined;
  }

  #consumed(bytes: number): void {
    this.#remaining = (this.#remaining ?? 0) - bytes;
    if (this.#remaining > 0) return;
    this.#remaining = undefined;
    this.#lengthBytes = -1;
    this.#length = 0;
  }
}
