import type { Session } from '../data-plane/index.js';

/** Hands bytes on towards the socket. */
export type WriteWire = (bytes: Uint8Array) => void;

/** Something between the WebSocket frames to a client and its socket. */
export interface WireStage {
  write(bytes: Uint8Array, next: WriteWire): void;
  /** It is being taken away: hand on what it holds. */
  flush(): void;
}

const chains = new WeakMap<Session, WireStage[]>();

/** Puts a stage behind the others on a session's wire; returns how to take it away. */
export function addWireStage(session: Session, stage: WireStage): () => void {
  const chain = chains.get(session) ?? [];
  chains.set(session, chain);
  chain.push(stage);
  session.interceptWire((bytes, write) => run(chain, 0, bytes, write));
  return () => {
    const at = chain.indexOf(stage);
    if (at < 0) return;
    stage.flush();
    chain.splice(at, 1);
    if (chain.length === 0) session.interceptWire(undefined);
  };
}

function run(chain: WireStage[], index: number, bytes: Uint8Array, write: WriteWire): void {
  const stage = chain[index];
  if (stage === undefined) {
    write(bytes);
    return;
  }
  stage.write(bytes, (out) => {
    // Stages before this one may have gone since.
    const now = chain.indexOf(stage);
    run(chain, now < 0 ? chain.length : now + 1, out, write);
  });
}
