import { type Session, type WriteWire, wireStage } from '../data-plane/index.js';

export type { WriteWire };

/** A stage of the wire that is one function. Bytes that it keeps are not counted; write a `Stage` if they must be. */
export interface WireStage {
  write(bytes: Uint8Array, next: WriteWire): void;
  /** Called when the stage is removed. It passes on the bytes that it holds. */
  flush(): void;
}

/** Adds a stage after the others on a session's wire, as `session.addStage` does. Returns a function that removes it. */
export function addWireStage(session: Session, stage: WireStage): () => void {
  return session.addStage(
    wireStage(
      (bytes, next) => stage.write(bytes, next),
      () => stage.flush(),
    ),
  );
}
