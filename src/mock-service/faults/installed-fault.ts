import type { DataPlane, Session } from '../data-plane/index.js';
import type { Clock } from '../kit/index.js';
import { seededNumbers } from '../kit/index.js';
import { contained, containedClock } from './contained-clock.js';
import type { FaultEnvironment, FaultKind, Undo } from './kind.js';
import type { FaultView } from './spec.js';

export interface FaultSurroundings {
  readonly dataPlane: DataPlane;
  readonly clock: Clock;
  readonly usual: FaultEnvironment['usual'];
}

/** An installed fault. It knows the connections that it works on, and how to undo its changes. */
export class InstalledFault {
  readonly view: FaultView;
  readonly kind: FaultKind;
  readonly #surroundings: FaultSurroundings;
  readonly #random: FaultEnvironment['random'];
  readonly #strikes: FaultEnvironment['strikes'];
  /** The sessions that it works on, by tunnel and side. */
  readonly #sessions = new Map<string, Session>();
  readonly #undo = new Map<Session, Undo>();
  readonly #removeScripts: readonly Undo[];

  constructor(view: FaultView, kind: FaultKind, surroundings: FaultSurroundings) {
    this.view = view;
    this.kind = kind;
    this.#surroundings = surroundings;
    const random = seededNumbers(view.seed);
    this.#random = random;
    this.#strikes = () => view.toxicity === 1 || random() < view.toxicity;
    this.#removeScripts = this.#addScripts();
  }

  /** To be called for each new connection. The fault starts to work on it if its sides and tunnel match. */
  join(session: Session): void {
    const { sides, tunnelId } = this.view;
    if (!sides.includes(session.side) || (tunnelId !== undefined && tunnelId !== session.tunnelId)) return;
    if (this.#undo.has(session)) return;
    this.#leaveReplaced(session);
    if (this.kind.per === 'connection' && !this.#strikes()) return;
    const environment = this.#environmentFor(session);
    const undo = [this.#addStage(session, environment), this.#change(session, environment)];
    this.#undo.set(session, () => {
      for (const step of undo) step?.();
    });
  }

  /** Undoes all changes. */
  uninstall(): void {
    for (const remove of this.#removeScripts) remove();
    for (const session of [...this.#undo.keys()]) this.#leave(session);
  }

  /** To be called when a connection has ended. */
  leave(session: Session): void {
    this.#leave(session);
  }

  #leave(session: Session): void {
    const undo = this.#undo.get(session);
    this.#undo.delete(session);
    const key = keyOf(session);
    if (this.#sessions.get(key) === session) this.#sessions.delete(key);
    undo?.();
  }

  /** If a newer connection has replaced an older one, the fault stops working on the older one. */
  #leaveReplaced(session: Session): void {
    const key = keyOf(session);
    const replaced = this.#sessions.get(key);
    if (replaced !== undefined) this.#leave(replaced);
    this.#sessions.set(key, session);
  }

  #environmentFor(session: Session): FaultEnvironment {
    const { clock, usual } = this.#surroundings;
    const onFailure = (error: unknown): void => session.fail(error);
    return {
      clock: containedClock(clock, onFailure),
      random: this.#random,
      strikes: this.#strikes,
      nextTurn: (run) => {
        const immediate = setImmediate(contained(run, onFailure));
        return () => clearImmediate(immediate);
      },
      usual,
    };
  }

  #addStage(session: Session, environment: FaultEnvironment): Undo | undefined {
    const stage = this.kind.stage?.(this.view.attributes, environment, session);
    return stage && session.addStage(stage);
  }

  #change(session: Session, environment: FaultEnvironment): Undo | undefined {
    return this.kind.session?.(session, this.view.attributes, environment);
  }

  #addScripts(): Undo[] {
    const script = this.kind.handshake?.(this.view.attributes);
    if (script === undefined) return [];
    const { sides, tunnelId } = this.view;
    const { scripts } = this.#surroundings.dataPlane;
    const when = this.#strikes;
    const scope = { ...(tunnelId !== undefined && { tunnelId }), when };
    const times = script.times ?? Number.POSITIVE_INFINITY;
    // One script for both sides, so that `times` counts them together.
    if (sides.length === 2) return [scripts.add({ times, ...script, ...scope })];
    return sides.map((side) => scripts.add({ times, ...script, ...scope, side }));
  }
}

function keyOf({ tunnelId, side }: Session): string {
  return `${tunnelId} ${side}`;
}
