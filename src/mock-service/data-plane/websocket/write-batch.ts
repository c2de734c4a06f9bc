import type { Writable } from 'node:stream';
import { unpinned } from '../unpinned.js';
import { LONGEST_SERVER_HEADER, writeHeader } from './frame-writer.js';

/**
 * A payload up to this size is copied after the other bytes of its tick. One long write is cheaper than many short
 * ones.
 */
const COPIED_UP_TO_BYTES = 4096;
const SLAB_BYTES = 65_536;

/** One slab serves all connections, so an idle connection holds no memory. No byte of a slab is written twice. */
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let slabUsed = 0;
const NO_SLAB = Buffer.alloc(0);

export interface WriteBatchOptions {
  /** Takes the batch's bytes towards the socket. Stages of the wire work here. */
  readonly write: (bytes: Buffer) => void;
  /** Called with an error that was thrown while a tick's bytes were passed on. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Gathers the bytes that are written to a socket within one tick, and writes them in order with as few calls as
 * possible.
 */
export class WriteBatch {
  readonly #socket: Writable;
  readonly #options: WriteBatchOptions;
  #slab = NO_SLAB;
  #start = 0;
  #end = 0;
  #scheduled = false;
  /** Whether, when this tick began, the kernel had not yet taken all bytes of earlier ticks. */
  #isReaderBehind = false;

  constructor(socket: Writable, options: WriteBatchOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** How many bytes are not yet handed to the socket. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Adds one WebSocket frame whose payload lies in `parts`. The caller must not change the parts any more. */
  frame(opcode: number, parts: readonly Uint8Array[], length: number): void {
    this.#schedule();
    if (length <= COPIED_UP_TO_BYTES) {
      this.#reserve(LONGEST_SERVER_HEADER + length);
      let at = writeHeader(this.#slab, this.#end, opcode, length);
      for (const part of parts) {
        this.#slab.set(part, at);
        at += part.length;
      }
      this.#end = at;
      slabUsed = at;
      return;
    }
    this.#reserve(LONGEST_SERVER_HEADER);
    this.#end = writeHeader(this.#slab, this.#end, opcode, length);
    slabUsed = this.#end;
    this.#writeGathered();
    for (const part of parts) this.#write(part);
  }

  /** Adds bytes that need not be a WebSocket frame. */
  raw(bytes: Uint8Array): void {
    this.#schedule();
    this.#writeGathered();
    this.#write(bytes);
  }

  /** Hands everything to the socket now. */
  flush(): void {
    if (!this.#scheduled) return;
    this.#scheduled = false;
    try {
      this.#writeGathered();
    } finally {
      this.#slab = NO_SLAB;
      this.#socket.uncork();
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#isReaderBehind = this.#socket.writableLength > 0;
    this.#socket.cork();
    process.nextTick(() => {
      try {
        this.flush();
      } catch (error) {
        this.#options.onFailure(error);
      }
    });
  }

  /** Makes room after this batch's bytes. If other batches have used that room, it makes room in a new place. */
  #reserve(length: number): void {
    if (slab.length - slabUsed < length) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      slabUsed = 0;
    }
    if (this.#slab === slab && this.#end === slabUsed) return;
    this.#writeGathered();
    this.#slab = slab;
    this.#start = slabUsed;
    this.#end = slabUsed;
  }

  #writeGathered(): void {
    const from = this.#start;
    this.#start = this.#end;
    if (this.#end > from) this.#write(this.#slab.subarray(from, this.#end));
  }

  /** If the reader is slow, a few waiting bytes must not keep a whole slab in memory. So they are copied. */
  #write(bytes: Uint8Array): void {
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#options.write(this.#isReaderBehind ? unpinned(buffer) : buffer);
  }
}
