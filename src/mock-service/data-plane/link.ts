import type { Side } from '../../protocol/index.js';
import { forEachFrame } from './reframing.js';
import type { Stage } from './stage.js';

/** Where a link ends: the session of the receiving side. */
export interface LinkTarget {
  deliver(frames: Buffer, cuts: readonly number[]): void;
  deliverBoundary(): void;
  /** Sends what is gathered for a message that has not ended. */
  flushGathered(): void;
  /** Bytes that the receiver has not taken. */
  readonly backlogBytes: number;
}

/** Where a link starts: the session of the sending side. */
export interface LinkOrigin {
  /** The link has room again. */
  relieved(): void;
}

type Held = { readonly frames: Buffer; readonly cuts: readonly number[] } | 'boundary';

const NO_CUTS: readonly number[] = [];

/**
 * One direction of a tunnel. It lives as long as the tunnel; the sessions at its ends come and go. With no stage
 * installed and nothing held, it is one call.
 */
export class Link {
  /** The side that receives. */
  readonly to: Side;
  origin: LinkOrigin | undefined;
  readonly #highWaterBytes: number;
  readonly #stages: Stage[] = [];
  #target: LinkTarget | undefined;
  #holding = false;
  #held: Held[] = [];
  #heldBytes = 0;

  constructor(to: Side, highWaterBytes: number) {
    this.to = to;
    this.#highWaterBytes = highWaterBytes;
  }

  get target(): LinkTarget | undefined {
    return this.#target;
  }

  /** A new receiver, or none. What was on its way to the old one is gone: nothing is queued for the next. */
  setTarget(target: LinkTarget | undefined): void {
    this.#target = target;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    for (const stage of this.#stages) stage.discard();
    this.relieve();
  }

  /** How many stages are installed. */
  get stageCount(): number {
    return this.#stages.length;
  }

  /** Whether the sender must wait. */
  get full(): boolean {
    if (this.#target === undefined) return false;
    let bytes = this.#target.backlogBytes + this.#heldBytes;
    for (const stage of this.#stages) bytes += stage.heldBytes;
    return bytes >= this.#highWaterBytes;
  }

  /** Something has left: the sender may go on, if there is room. */
  relieve(): void {
    if (this.origin !== undefined && !this.full) this.origin.relieved();
  }

  relay(frames: Buffer, cuts: readonly number[]): void {
    if (this.#stages.length === 0) this.#deliver(frames, cuts);
    else forEachFrame(frames, (frame) => this.#passOn(0, frame));
  }

  /** Through stages, each frame ends its message: which frames shared one is lost where they can be delayed. */
  boundary(): void {
    if (this.#stages.length === 0) this.#deliverBoundary();
  }

  /** The sender is gone: what it sent is delivered, even where its last message never ended. */
  originEnded(): void {
    if (this.#holding) this.#deliverBoundary();
    else this.#target?.flushGathered();
  }

  /** Keeps what is relayed from now on, up to the high-water mark; the sender is then slowed. */
  hold(): void {
    this.#holding = true;
  }

  /** Delivers what was held, in order, and goes on as before. */
  release(): void {
    const held = this.#held;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    for (const item of held) {
      if (item === 'boundary') this.#target?.deliverBoundary();
      else this.#target?.deliver(item.frames, item.cuts);
    }
    this.relieve();
  }

  /** Adds a stage behind those there are. */
  addStage(stage: Stage): void {
    this.#target?.flushGathered();
    this.#stages.push(stage);
  }

  /** Takes a stage away; what it holds goes on its way first. */
  removeStage(stage: Stage): void {
    const at = this.#stages.indexOf(stage);
    if (at < 0) return;
    stage.flush((bytes) => this.#passOn(at + 1, bytes));
    this.#stages.splice(at, 1);
    this.relieve();
  }

  /** Hands bytes to the stage at `index`, or to the receiver behind the last. */
  #passOn(index: number, bytes: Buffer): void {
    const stage = this.#stages[index];
    if (stage === undefined) {
      this.#deliver(bytes, NO_CUTS);
      this.#deliverBoundary();
      return;
    }
    stage.frame(bytes, (out) => {
      // Stages before this one may have gone since; one that is gone itself delivers at the end.
      const now = this.#stages.indexOf(stage);
      this.#passOn(now < 0 ? this.#stages.length : now + 1, out);
      this.relieve();
    });
  }

  #deliver(frames: Buffer, cuts: readonly number[]): void {
    if (!this.#holding) {
      this.#target?.deliver(frames, cuts);
      return;
    }
    this.#held.push({ frames, cuts });
    this.#heldBytes += frames.length;
  }

  #deliverBoundary(): void {
    if (!this.#holding) this.#target?.deliverBoundary();
    else if (this.#held.at(-1) !== 'boundary') this.#held.push('boundary');
  }
}
