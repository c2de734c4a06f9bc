import { type Session, type WriteWire, wireStage } from '../data-plane/index.js';

export type { WriteWire };

/** A stage of the wire as it was written before stages had a place. */
export interface WireStage {
  write(bytes: Uint8Array, next: WriteWire): void;
  /** It is being taken away: hand on what it holds. */
  flush(): void;
}

/**
 * Puts a stage behind the others on a session's wire; returns how to take it away.
 * @deprecated Use `session.addStage({ place: 'wire', … })`, which also counts what is held.
 */
export function addWireStage(session: Session, stage: WireStage): () => void {
  return session.addStage(
    wireStage(
      (bytes, next) => stage.write(bytes, next),
      () => stage.flush(),
    ),
  );
}
