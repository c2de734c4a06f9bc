import type { LinkEnd } from './link.js';
import { createReframer, type Reframer } from './reframing.js';
import type { Reframing } from './reframing-schema.js';
import type { Stage } from './stage.js';
import type { WebSocketPeer } from './websocket/peer.js';

export interface OutputOptions {
  readonly peer: WebSocketPeer;
  readonly reframing: Reframing;
  /** Called for each message before it is sent. */
  readonly onMessage: (parts: readonly Uint8Array[]) => void;
  /** Called when code threw here. It ends the receiver's connection, not that of the sender whose frame was relayed. */
  readonly onFailure: (error: unknown) => void;
}

/** The last steps of a direction, from its link to the receiver's socket: re-framing and the WebSocket. */
export class Output implements LinkEnd {
  readonly #options: OutputOptions;
  readonly #peer: WebSocketPeer;
  #reframer: Reframer;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#peer = options.peer;
    this.#reframer = this.#newReframer(options.reframing);
  }

  deliver(frames: Buffer, cuts: readonly number[]): void {
    try {
      this.#reframer.frames(frames, cuts);
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  deliverBoundary(): void {
    try {
      this.#reframer.boundary();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  flushGathered(): void {
    try {
      this.#reframer.flush();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }

  addWireStage(stage: Stage): () => void {
    return this.#peer.addWireStage(stage);
  }

  get backlogBytes(): number {
    // Bytes count only if a drain event will come. Otherwise the sender would be paused and never resumed.
    return (this.#peer.needsDrain ? this.#peer.bufferedBytes : 0) + this.#peer.heldByStages;
  }

  /** Changes the re-framing from now on. Gathered bytes are sent first. */
  setReframing(reframing: Reframing): void {
    this.flushGathered();
    this.#reframer = this.#newReframer(reframing);
  }

  /** Sends one message of tunnel bytes. Gathered bytes are sent first. */
  message(bytes: Uint8Array): void {
    this.flushGathered();
    this.#send([bytes], bytes.length);
  }

  #send(parts: readonly Uint8Array[], length: number): void {
    if (!this.#peer.open) return;
    this.#options.onMessage(parts);
    this.#peer.sendBinary(parts, length);
  }

  #newReframer(reframing: Reframing): Reframer {
    return createReframer(
      reframing,
      (parts, length) => this.#send(parts, length),
      (run) => setImmediate(() => this.#contained(run)),
    );
  }

  #contained(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#options.onFailure(error);
    }
  }
}
