import { LENGTH_PREFIX_BYTES } from '../../protocol/index.js';
import type { BrokenRule } from '../rules/index.js';

/**
 * Judges a whole frame before it is relayed. Its message lies from `start` to `end`; its 2-byte length lies just before
 * `start`. If it returns an offence, neither this frame nor any later one is relayed.
 */
export type JudgeFrame = (bytes: Buffer, start: number, end: number) => BrokenRule | undefined;

/** The next step: it relays the frames that were judged. */
export interface FrameRelay {
  /**
   * Relays whole frames that lie back to back. `cuts` are the offsets at which the sender ended a WebSocket message
   * inside a frame. A frame that has cuts comes alone.
   */
  relay(frames: Buffer, cuts: readonly number[]): void;
  /**
   * The sender ended a WebSocket message after the relayed frames. It is also called at the end of a fragment, so that
   * frames do not wait for the last one.
   */
  boundary(): void;
}

const NO_CUTS: readonly number[] = [];

/**
 * Finds the tunnel frames in a byte stream that arrives in pieces of any size (W4). The relay forwards whole frames only:
 * if a client is lost in the middle of a frame, its peer gets no part of that frame. Frames that lie whole in a piece
 * are passed on in place, as one run. A frame that is cut is gathered, so at most one frame is held.
 */
export class FrameAssembler {
  readonly #judge: JudgeFrame;
  readonly #next: FrameRelay;
  /** The first byte of a length whose second byte has not arrived; -1 if there is none. */
  #highByte = -1;
  #held: Buffer | undefined;
  #filled = 0;
  #cuts: number[] = [];
  /** Whether frames were relayed since the last boundary. */
  #sinceBoundary = false;
  /** Whether a boundary was passed on at the end of a fragment of the sender's current message. */
  #messageRelayed = false;
  #stopped = false;

  constructor(judge: JudgeFrame, next: FrameRelay) {
    this.#judge = judge;
    this.#next = next;
  }

  /** How many bytes of an unfinished frame are held. */
  get heldBytes(): number {
    return this.#held === undefined ? Number(this.#highByte >= 0) : this.#filled;
  }

  /**
   * Takes a piece of the stream. The caller must not change the piece afterwards. Returns the offence if one of its
   * frames breaks a rule; the frames before that one have been relayed.
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

  /** Judges the frames that lie whole in a piece, relays them as one run, and holds the rest. */
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

  /** To be called when a WebSocket message has ended. */
  boundary(): void {
    if (this.#stopped) return;
    const held = this.heldBytes;
    if (held === 0) {
      if (this.#sinceBoundary || !this.#messageRelayed) this.#next.boundary();
    } else {
      if (this.#sinceBoundary) this.#next.boundary();
      // Empty messages inside a frame are cuts too. Repeated ones are kept once, so that they cannot use up memory.
      if (this.#cuts.at(-1) !== held) this.#cuts.push(held);
    }
    this.#sinceBoundary = false;
    this.#messageRelayed = false;
  }

  /**
   * To be called when a fragment has ended and its message goes on. Whole frames are relayed without waiting for the rest
   * of the message. A frame that was cut between fragments gets no cut: it leaves in one message.
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

  /** Adds bytes of the piece to the held frame. Returns where the next frame starts in the piece. */
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
