import { type Session, type WriteWire, wireStage } from '../data-plane/index.js';

export type { WriteWire };

/** A stage of the wire that is one function. What it keeps is not counted: for that, write a `Stage`. */
export interface WireStage {
  write(bytes: Uint8Array, next: WriteWire): void;
  /** It is being taken away: hand on what it holds. */
  flush(): void;
}

/**
 * Puts a stage behind the others on a session's wire, as `session.addStage` does; returns how to take it away.
 */
export function addWireStage(session: Session, stage: WireStage): () => void {
  return session.addStage(
    wireStage(
      (bytes, next) => stage.write(bytes, next),
      () => stage.flush(),
    ),
  );
}
