import { ServiceError } from '../kit/index.js';
import type { PassOn, Stage } from './stage.js';

/** Several stages that each multiply what passes would fill the memory with one frame. */
const MOST_BYTES_OF_ONE_PASS = 64 * 1024 * 1024;

export interface StageChainOptions {
  /** What is behind the last stage. */
  readonly end: PassOn;
  /** A stage has passed something on, or is gone: there may be room again. */
  readonly moved: () => void;
}

/** The stages in one place of a direction, in the order in which they were added. */
export class StageChain {
  readonly #stages: Stage[] = [];
  readonly #options: StageChainOptions;
  /** Bytes that have come out of stages since something was last given to the chain. */
  #bytesOfPass = 0;

  constructor(options: StageChainOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#stages.length;
  }

  get heldBytes(): number {
    let bytes = 0;
    for (const stage of this.#stages) bytes += stage.heldBytes;
    return bytes;
  }

  /** Sends bytes through all stages. */
  pass(bytes: Buffer): void {
    this.#bytesOfPass = 0;
    this.#passOn(0, bytes);
  }

  /** Adds a stage behind those there are; returns how to take it away. */
  add(stage: Stage): () => void {
    this.#stages.push(stage);
    return () => this.remove(stage);
  }

  /** Takes a stage away; what it holds goes on its way first. Does nothing where it is not there. */
  remove(stage: Stage): void {
    const at = this.#stages.indexOf(stage);
    if (at < 0) return;
    this.#bytesOfPass = 0;
    stage.flush((bytes) => this.#passOn(at + 1, bytes));
    this.#stages.splice(at, 1);
    this.#options.moved();
  }

  /** What is behind the last stage takes more again. */
  drained(): void {
    for (const stage of [...this.#stages]) stage.drained?.();
  }

  /** The receiver is gone, and what is held with it. */
  discard(): void {
    for (const stage of this.#stages) stage.discard();
  }

  /** Hands bytes to the stage at `index`, or to what is behind the last. */
  #passOn(index: number, bytes: Buffer): void {
    const stage = this.#stages[index];
    if (stage === undefined) {
      this.#options.end(bytes);
      return;
    }
    let isLater = false;
    stage.frame(bytes, (out) => {
      if (isLater) this.#bytesOfPass = 0;
      this.#count(out.length);
      // Stages before this one may have gone since; one that is gone itself delivers at the end.
      const now = this.#stages.indexOf(stage);
      this.#passOn(now < 0 ? this.#stages.length : now + 1, out);
      this.#options.moved();
    });
    isLater = true;
  }

  #count(bytes: number): void {
    this.#bytesOfPass += bytes;
    if (this.#bytesOfPass <= MOST_BYTES_OF_ONE_PASS) return;
    const what = `${this.#stages.length} stages made more than ${MOST_BYTES_OF_ONE_PASS} bytes of one frame`;
    throw new ServiceError('LIMIT_EXCEEDED', `${what}; remove some faults`);
  }
}
