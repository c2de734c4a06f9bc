import type { Side } from '../../protocol/index.js';
import {
  type Address,
  type ClientAdapter,
  DEFAULT_DECLARATIONS,
  type Declarations,
  type Exit,
  type RunningClient,
  type StartRequest,
} from './adapter.js';

export interface AttachedOptions {
  readonly role: Side;
  readonly declares?: Partial<Declarations>;
  /** The one port on which every scenario's service listens. */
  readonly port: number;
  /** Source: where the client listens for each service ('' for a tunnel without ids). */
  readonly listens?: ReadonlyMap<string, Address>;
  readonly scheme?: 'ws' | 'wss';
  /** Told what to connect, each time a scenario begins. */
  readonly ask: (request: StartRequest) => void;
}

/**
 * A client that somebody else starts: by hand, in a browser, on a device. The runner says what to connect to and waits;
 * a client that comes back by itself goes through all scenarios without a hand.
 */
export class AttachedAdapter implements ClientAdapter {
  readonly name = 'attached client';
  readonly declares: Declarations;
  readonly roles: readonly Side[];
  readonly takesClientToken = false;
  readonly isProcess = false;
  readonly scheme: 'ws' | 'wss';
  readonly fixedPort: number;
  readonly #options: AttachedOptions;

  constructor(options: AttachedOptions) {
    this.#options = options;
    this.declares = { ...DEFAULT_DECLARATIONS, kind: 'library', ...options.declares };
    this.roles = [options.role];
    this.scheme = options.scheme ?? 'ws';
    this.fixedPort = options.port;
  }

  async start(request: StartRequest): Promise<RunningClient> {
    this.#options.ask(request);
    let onStop: (exit: Exit) => void = () => {};
    const exited = new Promise<Exit>((resolve) => {
      onStop = resolve;
    });
    const { listens } = this.#options;
    return {
      exited,
      output: () => '',
      ...(listens !== undefined && { listens: (id: string) => listens.get(id) }),
      stop() {
        onStop({ status: 0, signal: null, asked: true });
        return exited;
      },
    };
  }
}
