import type { DataPlane, Session } from '../data-plane/index.js';
import { type Clock, ServiceError } from '../kit/index.js';
import type { TunnelRegistry } from '../tunnels/index.js';
import { FaultError } from './errors.js';
import { InstalledFault } from './installed-fault.js';
import type { FaultEnvironment, FaultKind } from './kind.js';
import { FAULT_KINDS } from './kinds/index.js';
import { type FaultChange, type FaultSpec, type FaultView, settle, settleChange } from './spec.js';

/** A limit, because all faults are checked for each connection. */
const MAX_FAULTS = 1000;

export interface FaultRegistryOptions {
  readonly dataPlane: DataPlane;
  readonly tunnels: TunnelRegistry;
  readonly clock: Clock;
  readonly usual: FaultEnvironment['usual'];
}

/** The faults of a service. If none is installed, frames do not pass through this code. */
export class FaultRegistry {
  readonly #options: FaultRegistryOptions;
  readonly #kinds = new Map<string, FaultKind>(FAULT_KINDS.map((kind) => [kind.type, kind]));
  readonly #faults = new Map<string, InstalledFault>();

  constructor(options: FaultRegistryOptions) {
    this.#options = options;
    options.dataPlane.onSession((session) => this.#joined(session));
  }

  /** Every kind that can be installed. */
  get kinds(): readonly FaultKind[] {
    return [...this.#kinds.values()];
  }

  /** Adds a kind of fault. It replaces a kind of the same type. Installed faults do not change. */
  register<A>(
    kind: { [K in keyof import('./kind.js').FaultKind<A>]: import('./kind.js').FaultKind<A>[K] },
  ): void {
    this.#kinds.set(kind.type, kind as FaultKind);
  }

  /**
   * Installs a fault. It works from now on, also on live connections.
   * @throws {FaultError} FAULT_TYPE_UNKNOWN, FAULT_INVALID, FAULT_EXISTS.
   * @throws {ServiceError} TUNNEL_NOT_FOUND, LIMIT_EXCEEDED.
   */
  add(spec: FaultSpec): FaultView {
    const view = settle(spec, this.#kinds);
    if (this.#faults.has(view.name)) {
      const what = `A fault named ${view.name} is installed; remove it, or give another name`;
      throw new FaultError('FAULT_EXISTS', what);
    }
    if (view.tunnelId !== undefined) this.#checkTunnel(view.tunnelId);
    if (this.#faults.size >= MAX_FAULTS) {
      throw new ServiceError('LIMIT_EXCEEDED', `${MAX_FAULTS} faults are installed; remove some`);
    }
    this.#install(view);
    return view;
  }

  /** The installed faults, in the order in which they were added. */
  list(): FaultView[] {
    return [...this.#faults.values()].map(({ view }) => view);
  }

  get(name: string): FaultView | undefined {
    return this.#faults.get(name)?.view;
  }

  /**
   * Changes toxicity or attributes. The effect is as if the fault were removed and added again.
   * @throws {FaultError} FAULT_NOT_FOUND, FAULT_INVALID. Then nothing has changed.
   */
  update(name: string, change: FaultChange): FaultView {
    const fault = this.#find(name);
    const view = settleChange(fault.view, change, fault.kind);
    fault.uninstall();
    this.#install(view);
    return view;
  }

  /**
   * Removes a fault. Frames that it holds are sent, unless its purpose is to lose them.
   * @throws {FaultError} FAULT_NOT_FOUND.
   */
  remove(name: string): void {
    this.#find(name).uninstall();
    this.#faults.delete(name);
  }

  /** Removes all faults. */
  clear(): void {
    for (const { view } of [...this.#faults.values()]) this.remove(view.name);
  }

  #install(view: FaultView): void {
    const { dataPlane, clock, usual } = this.#options;
    const fault = new InstalledFault(view, this.#kinds.get(view.type)!, { dataPlane, clock, usual });
    this.#faults.set(view.name, fault);
    for (const session of dataPlane.sessions()) fault.join(session);
  }

  #joined(session: Session): void {
    for (const fault of this.#faults.values()) fault.join(session);
    // Once for each session: a wait for each fault would keep every fault that was ever installed, as long as the session lives.
    void session.closed.then(() => {
      for (const fault of this.#faults.values()) fault.leave(session);
    });
  }

  #find(name: string): InstalledFault {
    const fault = this.#faults.get(name);
    if (fault !== undefined) return fault;
    const names = [...this.#faults.keys()].slice(0, 20).join(', ') || 'none';
    const what = `There is no fault named ${JSON.stringify(name.slice(0, 130))}; installed: ${names}`;
    throw new FaultError('FAULT_NOT_FOUND', what);
  }

  #checkTunnel(id: string): void {
    if (this.#options.tunnels.get(id)?.status === 'OPEN') return;
    throw new ServiceError('TUNNEL_NOT_FOUND', `There is no open tunnel ${id.slice(0, 130)}; check its id`);
  }
}
