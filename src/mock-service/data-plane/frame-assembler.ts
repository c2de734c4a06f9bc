import { LENGTH_PREFIX_BYTES } from '../../protocol/index.js';
import type { BrokenRule } from '../rules/index.js';

/**
 * Judges a whole frame before it is relayed; the message lies from `start` to `end`, its length before it. Returns the
 * offence for which nothing from this frame on is relayed, or undefined.
 */
export type JudgeFrame = (bytes: Buffer, start: number, end: number) => BrokenRule | undefined;

/** The step behind: it relays what was judged. */
export interface FrameRelay {
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
  readonly #judge: JudgeFrame;
  readonly #next: FrameRelay;
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

  constructor(judge: JudgeFrame, next: FrameRelay) {
    this.#judge = judge;
    this.#next = next;
  }

  /** Bytes of the unfinished frame that is held. */
  get heldBytes(): number {
    return this.#held === undefined ? Number(this.#highByte >= 0) : this.#filled;
  }

  /**
   * Takes a piece of the stream, which is not to be changed afterwards. Returns the offence where a frame of it has one;
   * what came before that frame is on its way then.
   */
  push(piece: Buffer): BrokenRule | undefined {
    if (this.#stopped) return undefined;
    let at = 0;
    if (this.heldBytes > 0) {
      at = this.#fill(piece);
      const held = this.#held;
      if (held === undefined || this.#filled < held.length) return undefined;
      const offence = this.#judge(held, LENGTH_PREFIX_BYTES, held.length);
      const cuts = this.#cuts;
      this.#letGo();
      if (offence !== undefined) return this.#stop(offence);
      this.#relay(held, cuts);
    }
    return this.#run(piece, at);
  }

  /** Judges the frames that lie whole in a piece, relays them as one run, and keeps what is left. */
  #run(piece: Buffer, from: number): BrokenRule | undefined {
    let at = from;
    let offence: BrokenRule | undefined;
    while (at < piece.length) {
      const end = this.#frameEnd(piece, at);
      if (end > piece.length) break;
      offence = this.#judge(piece, at + LENGTH_PREFIX_BYTES, end);
      if (offence !== undefined) break;
      at = end;
    }
    if (at > from) {
      const isWhole = from === 0 && at === piece.length;
      this.#relay(isWhole ? piece : piece.subarray(from, at), NO_CUTS);
    }
    if (offence !== undefined) return this.#stop(offence);
    if (at < piece.length) this.#hold(piece, at);
    return undefined;
  }

  /** A WebSocket message ended here. */
  boundary(): void {
    if (this.#stopped) return;
    const held = this.heldBytes;
    if (held === 0) {
      if (this.#sinceBoundary || !this.#messageRelayed) this.#next.boundary();
    } else {
      if (this.#sinceBoundary) this.#next.boundary();
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
    this.#next.boundary();
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

  /** Adds to the frame that is held what the piece has of it; returns where the next one starts. */
  #fill(piece: Buffer): number {
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
    return at + taken;
  }

  #relay(frames: Buffer, cuts: readonly number[]): void {
    this.#sinceBoundary = true;
    this.#next.relay(frames, cuts);
  }

  #letGo(): void {
    this.#held = undefined;
    this.#cuts = [];
  }

  #stop(offence: BrokenRule): BrokenRule {
    this.#stopped = true;
    this.#letGo();
    return offence;
  }
}
