import { LENGTH_PREFIX_BYTES } from './limits.js';

/** Called with each whole frame. Its message lies from `start` to `end`; its 2-byte length lies just before `start`. */
export type OnFrame = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Cuts a byte stream into tunnel frames. The stream may arrive in chunks of any size (W4).
 *
 * A frame that lies whole in one chunk is handed over in place. A frame that is cut is gathered in a buffer of exactly
 * its size. So the reader holds at most one frame, and copies each byte at most once. The handler may keep the bytes.
 */
export class FrameReader {
  readonly #onFrame: OnFrame;
  #highByte = -1;
  #partial: Uint8Array | undefined;
  #filled = 0;
  #stopped = false;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** How many bytes of an unfinished frame the reader holds; 0 between frames. */
  get pendingBytes(): number {
    if (this.#partial !== undefined) return this.#filled;
    return this.#highByte < 0 ? 0 : 1;
  }

  /**
   * Takes the next chunk and hands over each frame that it completes. Returns how many bytes were taken: all of them,
   * unless the handler called {@link stop}.
   */
  push(chunk: Uint8Array): number {
    this.#stopped = false;
    let position = this.#continue(chunk);
    while (position < chunk.length && !this.#stopped) {
      if (chunk.length - position < LENGTH_PREFIX_BYTES) {
        this.#highByte = chunk[position]!;
        return chunk.length;
      }
      const start = position + LENGTH_PREFIX_BYTES;
      const end = start + ((chunk[position]! << 8) | chunk[position + 1]!);
      if (end > chunk.length) {
        this.#partial = new Uint8Array(end - position);
        this.#partial.set(chunk.subarray(position));
        this.#filled = chunk.length - position;
        return chunk.length;
      }
      position = end;
      this.#onFrame(chunk, start, end);
    }
    return position;
  }

  /** The handler may call this. Then `push` hands over no further frame, and returns where the next frame begins. */
  stop(): void {
    this.#stopped = true;
  }

  /** Forgets an unfinished frame: nothing of a lost connection is kept (S13). */
  reset(): void {
    this.#highByte = -1;
    this.#partial = undefined;
    this.#filled = 0;
  }

  /** Adds this chunk to the unfinished frame. Returns where the next frame starts in the chunk. */
  #continue(chunk: Uint8Array): number {
    let position = 0;
    if (this.#highByte >= 0) {
      if (chunk.length === 0) return 0;
      const length = (this.#highByte << 8) | chunk[0]!;
      this.#partial = new Uint8Array(LENGTH_PREFIX_BYTES + length);
      this.#partial[0] = this.#highByte;
      this.#partial[1] = chunk[0]!;
      this.#filled = LENGTH_PREFIX_BYTES;
      this.#highByte = -1;
      position = 1;
    }
    const partial = this.#partial;
    if (partial === undefined) return position;
    const taken = Math.min(partial.length - this.#filled, chunk.length - position);
    partial.set(chunk.subarray(position, position + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === partial.length) {
      this.reset();
      this.#onFrame(partial, LENGTH_PREFIX_BYTES, partial.length);
    }
    return position + taken;
  }
}
