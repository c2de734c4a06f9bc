import type { Side } from '../../protocol/index.js';
import { forEachFrame } from './reframing.js';
import type { Stage } from './stage.js';
import { StageChain } from './stage-chain.js';
import { unpinned } from './unpinned.js';

/** Where a link ends: the output of the receiver's connection. */
export interface LinkEnd {
  deliver(frames: Buffer, cuts: readonly number[]): void;
  deliverBoundary(): void;
  /** Sends what is gathered for a message that has not ended. */
  flushGathered(): void;
  /** Adds a stage to the bytes of the wire; returns how to take it away. */
  addWireStage(stage: Stage): () => void;
  /** Bytes that the receiver has not taken. */
  readonly backlogBytes: number;
}

type Held = { readonly frames: Buffer; readonly cuts: readonly number[] } | 'boundary';

const NO_CUTS: readonly number[] = [];
/** What an entry of a list costs beside the bytes it holds. */
const BYTES_OF_ENTRY = 100;

/**
 * The middle of a direction, between what its sender's connection does and what its receiver's does. It lives as long as
 * the tunnel, while connections come and go. With no stage installed and nothing held, it is one call.
 */
export class Link {
  /** The side that receives. */
  readonly to: Side;
  readonly #highWaterBytes: number;
  readonly #stages: StageChain;
  /** How to take away stages of the wire: they go with the receiver's connection. */
  readonly #wireStages = new Map<Stage, () => void>();
  #resumeSender: (() => void) | undefined;
  #end: LinkEnd | undefined;
  #holding = false;
  #held: Held[] = [];
  #heldBytes = 0;

  constructor(to: Side, highWaterBytes: number) {
    this.to = to;
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

  /** A sender, or none. It is told when it may go on after the link was full. */
  setSender(resume: (() => void) | undefined): void {
    this.#resumeSender = resume;
  }

  /** A new receiver, or none. What was on its way to the old one is gone: nothing is queued for the next. */
  setReceiver(end: LinkEnd | undefined): void {
    this.#end = end;
    this.#holding = false;
    this.#held = [];
    this.#heldBytes = 0;
    this.#stages.discard();
    this.#wireStages.clear();
    this.relieve();
  }

  /** How many stages are installed. */
  get stageCount(): number {
    return this.#stages.length + this.#wireStages.size;
  }

  /** Whether the sender must wait. */
  get full(): boolean {
    if (this.#end === undefined) return false;
    return this.#end.backlogBytes + this.#heldBytes + this.#stages.heldBytes >= this.#highWaterBytes;
  }

  /** Something has left: the sender may go on, if there is room. */
  relieve(): void {
    if (this.#resumeSender !== undefined && !this.full) this.#resumeSender();
  }

  relay(frames: Buffer, cuts: readonly number[]): void {
    if (this.#stages.length === 0) this.#deliver(frames, cuts);
    else forEachFrame(frames, (frame) => this.#stages.pass(frame));
  }

  /** Through stages, each frame ends its message: which frames shared one is lost where they can be delayed. */
  boundary(): void {
    if (this.#stages.length === 0) this.#deliverBoundary();
  }

  /** The sender is gone: what it sent is delivered, even where its last message never ended. */
  senderEnded(): void {
    if (this.#holding) this.#deliverBoundary();
    else this.#end?.flushGathered();
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
      if (item === 'boundary') this.#end?.deliverBoundary();
      else this.#end?.deliver(item.frames, item.cuts);
    }
    this.relieve();
  }

  /**
   * Adds a stage behind those in its place; returns how to take it away. One of the wire works on the connection that
   * receives now and goes with it; where there is none, it does nothing.
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

  /** Takes a stage away; what it holds goes on its way first. */
  removeStage(stage: Stage): void {
    this.#stages.remove(stage);
    this.#wireStages.get(stage)?.();
    this.#wireStages.delete(stage);
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
