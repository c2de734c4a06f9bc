import { LENGTH_PREFIX_BYTES } from '../../protocol/index.js';

/** What a side's bytes come to. */
export interface AssemblerSink {
  /**
   * Asked of each whole frame before it is relayed; the message lies from `start` to `end`, its length before it.
   * False ends the assembling: this frame and what follows are not relayed.
   */
  judge(bytes: Buffer, start: number, end: number): boolean;
  /**
   * Whole frames back to back, to be relayed as they are. `cuts` are the places where the sender ended a WebSocket
   * message inside them: only a frame that was cut has any, and it comes alone.
   */
  relay(frames: Buffer, cuts: readonly number[]): void;
  /** The sender ended a WebSocket message behind what was relayed; or a fragment, so that none waits for the last. */
  boundary(): void;
}

const NO_CUTS: readonly number[] = [];

/**
 * Finds the tunnel frames in a byte stream that comes in any pieces (W4), for a relay that forwards whole frames only: a client
 * that is lost in the middle of a frame leaves no half of it at its peer. Frames that lie whole in a piece are handed
 * on in place, as one run; one that is cut is gathered, so at most one frame is held.
 */
export class FrameAssembler {
  readonly #sink: AssemblerSink;
  /** First byte of a length whose second has not come, or -1. */
  #highByte = -1;
  #held: Buffer | undefined;
  #filled = 0;
  #cuts: number[] = [];
  /** Something was relayed since the last boundary. */
  #sinceBoundary = false;
  /** Frames of the sender's message have been relayed at the end of a fragment of it. */
  #messageRelayed = false;
  #stopped = false;

  constructor(sink: AssemblerSink) {
    this.#sink = sink;
  }

  /** Bytes of the unfinished frame that is held. */
  get heldBytes(): number {
    return this.#held === undefined ? Number(this.#highByte >= 0) : this.#filled;
  }

  /** Takes a piece of the stream. It is not to be changed afterwards. */
  push(piece: Buffer): void {
    if (this.#stopped) return;
    let at = this.#continue(piece);
    const runStart = at;
    while (at < piece.length && !this.#stopped) {
      const end = this.#frameEnd(piece, at);
      if (end > piece.length) break;
      if (!this.#sink.judge(piece, at + LENGTH_PREFIX_BYTES, end)) {
        this.#stop();
        break;
      }
      at = end;
    }
    if (at > runStart) {
      const whole = runStart === 0 && at === piece.length;
      this.#relay(whole ? piece : piece.subarray(runStart, at), NO_CUTS);
    }
    if (at < piece.length && !this.#stopped) this.#hold(piece, at);
  }

  /** A WebSocket message ended here. */
  boundary(): void {
    if (this.#stopped) return;
    const held = this.heldBytes;
    if (held === 0) {
      if (this.#sinceBoundary || !this.#messageRelayed) this.#sink.boundary();
    } else {
      if (this.#sinceBoundary) this.#sink.boundary();
      // Empty messages inside a frame are cuts too, but no number of them may cost memory.
      if (this.#cuts.at(-1) !== held) this.#cuts.push(held);
    }
    this.#sinceBoundary = false;
    this.#messageRelayed = false;
  }

  /**
   * A fragment ended whose message goes on. Whole frames are relayed without waiting for the rest, but a cut between
   * fragments is none between messages: a frame that some client sends in fragments leaves here in one message.
   */
  fragmentEnd(): void {
    if (this.#stopped || !this.#sinceBoundary) return;
    this.#sink.boundary();
    this.#sinceBoundary = false;
    this.#messageRelayed = true;
  }

  #frameEnd(piece: Buffer, at: number): number {
    if (piece.length - at < LENGTH_PREFIX_BYTES) return Number.POSITIVE_INFINITY;
    return at + LENGTH_PREFIX_BYTES + ((piece[at]! << 8) | piece[at + 1]!);
  }

  #hold(piece: Buffer, at: number): void {
    if (piece.length - at < LENGTH_PREFIX_BYTES) {
      this.#highByte = piece[at]!;
      return;
    }
    this.#held = Buffer.allocUnsafe(this.#frameEnd(piece, at) - at);
    this.#filled = piece.length - at;
    this.#held.set(piece.subarray(at));
  }

  /** Completes the held frame as far as the piece goes; returns where the next one starts. */
  #continue(piece: Buffer): number {
    let at = 0;
    if (this.#highByte >= 0 && piece.length > 0) {
      const length = (this.#highByte << 8) | piece[0]!;
      this.#held = Buffer.allocUnsafe(LENGTH_PREFIX_BYTES + length);
      this.#held.writeUInt16BE(length, 0);
      this.#filled = LENGTH_PREFIX_BYTES;
      this.#highByte = -1;
      at = 1;
    }
    const held = this.#held;
    if (held === undefined) return at;
    const taken = Math.min(held.length - this.#filled, piece.length - at);
    held.set(piece.subarray(at, at + taken), this.#filled);
    this.#filled += taken;
    if (this.#filled === held.length) this.#complete(held);
    return at + taken;
  }

  #complete(frame: Buffer): void {
    const cuts = this.#cuts;
    this.#held = undefined;
    this.#cuts = [];
    if (this.#sink.judge(frame, LENGTH_PREFIX_BYTES, frame.length)) this.#relay(frame, cuts);
    else this.#stop();
  }

  #relay(frames: Buffer, cuts: readonly number[]): void {
    this.#sinceBoundary = true;
    this.#sink.relay(frames, cuts);
  }

  #stop(): void {
    this.#stopped = true;
    this.#held = undefined;
  }
}
