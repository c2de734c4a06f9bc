import { ServiceError } from '../kit/index.js';
import type { PassOn, Stage } from './stage.js';

/** A limit, because several stages that each multiply a frame could fill the memory. */
const MOST_BYTES_OF_ONE_PASS = 64 * 1024 * 1024;

export interface StageChainOptions {
  /** The step after the last stage. */
  readonly end: PassOn;
  /** Called when a stage has passed bytes on or was removed. There may be room again. */
  readonly moved: () => void;
}

/** The stages in one place of a direction, in the order in which they were added. */
export class StageChain {
  readonly #stages: Stage[] = [];
  readonly #options: StageChainOptions;
  /** How many bytes came out of the stages since bytes were last given to the chain. */
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

  /** Adds a stage after the others. Returns a function that removes it. */
  add(stage: Stage): () => void {
    this.#stages.push(stage);
    return () => this.remove(stage);
  }

  /** Removes a stage. The bytes that it holds are passed on first. Does nothing if the stage is not in the chain. */
  remove(stage: Stage): void {
    const at = this.#stages.indexOf(stage);
    if (at < 0) return;
    this.#bytesOfPass = 0;
    stage.flush((bytes) => this.#passOn(at + 1, bytes));
    this.#stages.splice(at, 1);
    this.#options.moved();
  }

  /** To be called when the step after the last stage takes more bytes again. */
  drained(): void {
    for (const stage of [...this.#stages]) stage.drained?.();
  }

  /** To be called when the receiver is gone. Drops the bytes that stages hold. */
  discard(): void {
    for (const stage of this.#stages) stage.discard();
  }

  /** Hands bytes to the stage at `index`, or to the step after the last stage. */
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
      // Earlier stages may have been removed, so the index is looked up. If this stage itself was removed, its bytes skip
      // the other stages.
      const now = this.#stages.indexOf(stage);
      this.#passOn(now < 0 ? this.#stages.length : now + 1, out);
      this.#options.moved();
    });
    isLater = true;
  }

  #count(bytes: number): void {
    this.#bytesOfPass += bytes;
    if (this.#bytesOfPass <= MOST_BYTES_OF_ONE_PASS) return;
    const what = `${this.#stages.length} stages made more than ${MOST_BYTES_OF_ONE_PASS} bytes from one frame`;
    throw new ServiceError('LIMIT_EXCEEDED', `${what}; remove some faults`);
  }
}
