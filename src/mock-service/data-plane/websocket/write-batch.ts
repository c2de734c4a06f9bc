import type { Writable } from 'node:stream';
import { unpinned } from '../unpinned.js';
import { LONGEST_SERVER_HEADER, writeHeader } from './frame-writer.js';

/** Up to here a frame is copied behind the others of its tick: one long write is cheaper than many short ones. */
const COPIED_UP_TO_BYTES = 4096;
const SLAB_BYTES = 65_536;

/** One slab serves all connections, so that an idle one holds none. Bytes once written are never written again. */
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
let slabUsed = 0;
const NO_SLAB = Buffer.alloc(0);

export interface WriteBatchOptions {
  /** Stands between the batch and the socket, so that a fault can work on the bytes of the wire. */
  readonly write: (bytes: Buffer) => void;
  /** Told of what is thrown while a tick's bytes are handed on. */
  readonly onFailure: (error: unknown) => void;
}

/** Gathers what is written to a socket within one tick, keeping the order, and writes it with as few calls as can be. */
export class WriteBatch {
  readonly #socket: Writable;
  readonly #options: WriteBatchOptions;
  #slab = NO_SLAB;
  #start = 0;
  #end = 0;
  #scheduled = false;
  /** The kernel had not taken what was written in earlier ticks when this one began. */
  #isReaderBehind = false;

  constructor(socket: Writable, options: WriteBatchOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  /** Bytes not yet handed to the socket. */
  get bytes(): number {
    return this.#end - this.#start;
  }

  /** Adds one WebSocket frame whose payload lies in `parts`. The parts must not change any more. */
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

  /** Makes room behind what this batch has gathered, or in a new place where others have written since. */
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

  /** A reader that is behind must not keep whole slabs in memory for the little that waits for it. */
  #write(bytes: Uint8Array): void {
    const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#options.write(this.#isReaderBehind ? unpinned(buffer) : buffer);
  }
}
