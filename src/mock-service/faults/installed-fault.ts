import type { DataPlane, Session } from '../data-plane/index.js';
import type { Clock } from '../kit/index.js';
import { seededNumbers } from '../kit/index.js';
import type { FaultEnvironment, FaultKind, Undo } from './kind.js';
import type { FaultView } from './spec.js';

export interface FaultSurroundings {
  readonly dataPlane: DataPlane;
  readonly clock: Clock;
  readonly usual: FaultEnvironment['usual'];
}

/** A fault at work: what it has done to which connections, and how to take it back. */
export class InstalledFault {
  readonly view: FaultView;
  readonly kind: FaultKind;
  readonly #dataPlane: DataPlane;
  readonly #environment: FaultEnvironment;
  readonly #undo = new Map<Session, Undo>();
  readonly #removeScripts: readonly Undo[];

  constructor(view: FaultView, kind: FaultKind, { dataPlane, clock, usual }: FaultSurroundings) {
    this.view = view;
    this.kind = kind;
    this.#dataPlane = dataPlane;
    const random = seededNumbers(view.seed);
    const strikes = (): boolean => view.toxicity === 1 || random() < view.toxicity;
    this.#environment = { clock, random, strikes, usual };
    this.#removeScripts = this.#addScripts();
  }

  /** A connection is there: works on it, if it is meant. */
  join(session: Session): void {
    const { sides, tunnelId } = this.view;
    if (!sides.includes(session.side) || (tunnelId !== undefined && tunnelId !== session.tunnelId)) return;
    if (this.#undo.has(session)) return;
    if (this.kind.per === 'connection' && !this.#environment.strikes()) return;
    const undo = [this.#addStage(session), this.#change(session)];
    this.#undo.set(session, () => {
      for (const step of undo) step?.();
    });
    void session.closed.then(() => this.#leave(session));
  }

  /** Takes everything back. */
  uninstall(): void {
    for (const remove of this.#removeScripts) remove();
    for (const session of [...this.#undo.keys()]) this.#leave(session);
  }

  #leave(session: Session): void {
    const undo = this.#undo.get(session);
    this.#undo.delete(session);
    undo?.();
  }

  #addStage(session: Session): Undo | undefined {
    const stage = this.kind.stage?.(this.view.attributes, this.#environment);
    return stage && session.addStage(stage);
  }

  #change(session: Session): Undo | undefined {
    return this.kind.session?.(session, this.view.attributes, this.#environment);
  }

  #addScripts(): Undo[] {
    const script = this.kind.handshake?.(this.view.attributes);
    if (script === undefined) return [];
    const { sides, tunnelId } = this.view;
    const { scripts } = this.#dataPlane;
    const when = this.#environment.strikes;
    const scope = { ...(tunnelId !== undefined && { tunnelId }), when };
    const times = script.times ?? Number.POSITIVE_INFINITY;
    // One for both sides, so that `times` counts them together.
    if (sides.length === 2) return [scripts.add({ times, ...script, ...scope })];
    return sides.map((side) => scripts.add({ times, ...script, ...scope, side }));
  }
}
