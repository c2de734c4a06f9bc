import type { Side } from '../../protocol/index.js';
import type { Allowance } from '../rules/index.js';
import { forEachFrame } from './reframing.js';
import type { Stage } from './stage.js';
import { StageChain } from './stage-chain.js';
import { unpinned } from './unpinned.js';

/** The end of a link: the output of the receiver's connection. */
export interface LinkEnd {
  deliver(frames: Buffer, cuts: readonly number[]): void;
  deliverBoundary(): void;
  /** Sends the bytes that were gathered for a message that has not ended. */
  flushGathered(): void;
  /** Adds a stage of the wire. Returns a function that removes it. */
  addWireStage(stage: Stage): () => void;
  /** How many bytes the receiver has not taken yet. */
  readonly backlogBytes: number;
}

type Held = { readonly frames: Buffer; readonly cuts: readonly number[] } | 'boundary';

const NO_CUTS: readonly number[] = [];
/** How many bytes may wait in a direction, whatever the other directions hold. */
const OWN_BYTES = 64 * 1024;
/** A direction that needs more takes it from what all share, in pieces of this many bytes. */
const PIECE_BYTES = 64 * 1024;
/** An estimate of what a list entry costs in memory, besides the bytes that it holds. */
const BYTES_OF_ENTRY = 100;

/**
 * The middle of a direction, between the sender's and the receiver's connection. It lives as long as the tunnel, while
 * connections come and go. Without stages and without holding, relaying through it is a single call.
 */
export class Link {
  /** The side that receives. */
  readonly to: Side;
  readonly #highWaterBytes: number;
  readonly #waiting: Allowance;
  /** Taken from {@link #waiting}. */
  #taken = 0;
  readonly #stages: StageChain;
  /** The functions that remove stages of the wire. These stages end with the receiver's connection. */
  readonly #wireStages = new Map<Stage, () => void>();
  #resumeSender: (() => void) | undefined;
  #end: LinkEnd | undefined;
  #holding = false;
  #held: Held[] = [];
  #heldBytes = 0;

  /** @param waiting bytes that may wait in all directions of the service, beside a little that each has for itself. */
  constructor(to: Side, highWaterBytes: number, waiting: Allowance) {
    this.to = to;
    this.#waiting = waiting;
    this.#highWaterBytes = highWaterBytes;
    this.#stages = new StageChain({
      end: (bytes) => {
        this.#deliver(bytes, NO_CUTS);
        this.#deliverBoundary();
      },
      moved: () => this.relieve(),
    });
  }

  /** Whether there is a receiver. */
  get connected(): boolean {
    return this.#end !== undefined;
  }

  /** Sets or removes the sender. `resume` is called when the sender may go on after the link was full. */
  setSender(resume: (() => void) | undefined): void {
    this.#resumeSender = resume;
  }

  /** Sets or removes the receiver. Frames on their way to the old receiver are dropped, not queued for the next one. */
  setReceiver(end: LinkEnd | undefined): void {
    this.#end = end;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    this.#stages.discard();
    this.#wireStages.clear();
    this.#settle(0);
    this.relieve();
  }

  /** How many stages are installed. */
  get stageCount(): number {
    return this.#stages.length + this.#wireStages.size;
  }

  /** Whether the sender must wait. */
  get full(): boolean {
    if (this.#end === undefined) return false;
    const waits = this.#end.backlogBytes + this.#heldBytes + this.#stages.heldBytes;
    return !this.#settle(waits) || waits >= this.#highWaterBytes;
  }

  /** To be called when bytes have left. The sender goes on if there is room now. */
  relieve(): void {
    if (this.#resumeSender !== undefined && !this.full) this.#resumeSender();
  }

  relay(frames: Buffer, cuts: readonly number[]): void {
    if (this.#stages.length === 0) this.#deliver(frames, cuts);
    else forEachFrame(frames, (frame) => this.#stages.pass(frame));
  }

  /**
   * Stages may delay frames, so it is not known any more which frames shared a message. So with stages, each frame ends
   * a message.
   */
  boundary(): void {
    if (this.#stages.length === 0) this.#deliverBoundary();
  }

  /** To be called when the sender is gone. Delivers the frames that it sent, even if its last message has not ended. */
  senderEnded(): void {
    if (this.#holding) this.#deliverBoundary();
    else this.#end?.flushGathered();
  }

  /** Keeps the frames that are relayed from now on. When they reach the high-water mark, the sender is paused. */
  hold(): void {
    this.#holding = true;
  }

  /** Delivers the held frames in order, and goes on as before. */
  release(): void {
    const held = this.#held;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    for (const item of held) {
      if (item === 'boundary') this.#end?.deliverBoundary();
      else this.#end?.deliver(item.frames, item.cuts);
    }
    this.relieve();
  }

  /**
   * Adds a stage after those in the same place. Returns a function that removes it. A stage of the wire works on the
   * current receiver's connection and ends with it. Without a receiver, a stage of the wire is not added.
   */
  addStage(stage: Stage): () => void {
    this.#end?.flushGathered();
    if (stage.place !== 'wire') return this.#stages.add(stage);
    const remove = this.#end?.addWireStage(stage);
    if (remove === undefined) return () => {};
    this.#wireStages.set(stage, remove);
    return () => {
      this.#wireStages.delete(stage);
      remove();
    };
  }

  /** Removes a stage. The bytes that it holds are passed on first. */
  removeStage(stage: Stage): void {
    this.#stages.remove(stage);
    this.#wireStages.get(stage)?.();
    this.#wireStages.delete(stage);
  }

  /** Takes from what all share, or gives back, so that it fits what waits; false where too little is left. */
  #settle(waits: number): boolean {
    const wanted = waits <= OWN_BYTES ? 0 : Math.ceil((waits - OWN_BYTES) / PIECE_BYTES) * PIECE_BYTES;
    if (wanted <= this.#taken) this.#waiting.giveBack(this.#taken - wanted);
    else if (!this.#waiting.take(wanted - this.#taken)) return false;
    this.#taken = wanted;
    return true;
  }

  #deliver(frames: Buffer, cuts: readonly number[]): void {
    if (!this.#holding) {
      this.#end?.deliver(frames, cuts);
      return;
    }
    this.#held.push({ frames: unpinned(frames), cuts });
    this.#heldBytes += frames.length + BYTES_OF_ENTRY;
  }

  #deliverBoundary(): void {
    if (!this.#holding) this.#end?.deliverBoundary();
    else if (this.#held.at(-1) !== 'boundary') this.#held.push('boundary');
  }
}
