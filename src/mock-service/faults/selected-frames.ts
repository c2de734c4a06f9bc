import { LENGTH_PREFIX_BYTES, MessageScanner, MessageType } from '../../protocol/index.js';
import type { PassOn, Stage } from '../data-plane/index.js';
import type { Selection } from './attributes.js';
import type { FaultEnvironment } from './kind.js';

/**
 * What a fault does to a selected frame. The frame is a live buffer: copy it before changing it. `scanner` has scanned
 * it.
 */
export type Strike = (frame: Buffer, passOn: PassOn, scanner: MessageScanner) => void;

/** A stage that calls `strike` for the selected frames, and passes the others on unchanged. It holds no frames. */
export class SelectedFrames implements Stage {
  readonly heldBytes = 0;
  readonly #selection: Selection;
  readonly #types: ReadonlySet<number>;
  readonly #strikes: () => boolean;
  readonly #strike: Strike;
  readonly #scanner = new MessageScanner();
  #seen = 0;
  #struck = 0;

  constructor(selection: Selection, { strikes }: FaultEnvironment, strike: Strike) {
    this.#selection = selection;
    this.#types = new Set(
      selection.types.map((type) => (typeof type === 'number' ? type : MessageType[type])),
    );
    this.#strikes = strikes;
    this.#strike = strike;
  }

  frame(frame: Buffer, passOn: PassOn): void {
    if (this.#selects(frame)) this.#strike(frame, passOn, this.#scanner);
    else passOn(frame);
  }

  flush(): void {}

  discard(): void {}

  #selects(frame: Buffer): boolean {
    // An earlier fault may have shortened the frame, cut it, or joined it with another one.
    if (frame.length < LENGTH_PREFIX_BYTES) return false;
    const scanner = this.#scanner;
    if (!scanner.scan(frame, LENGTH_PREFIX_BYTES, frame.length)) return false;
    const { serviceId, skip, limit = Number.POSITIVE_INFINITY } = this.#selection;
    if (!this.#types.has(scanner.type)) return false;
    if (serviceId !== undefined && scanner.serviceId() !== serviceId) return false;
    this.#seen++;
    if (this.#seen <= skip || this.#struck >= limit || !this.#strikes()) return false;
    this.#struck++;
    return true;
  }
}
