import { randomBytes } from 'node:crypto';
import type { Side } from '../../protocol/index.js';
import {
  type Address,
  type ClientAdapter,
  type Declarations,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type Standing,
  type StartRequest,
} from './adapter.js';
import { splitCommand } from './definition.js';
import { fill, placeholders } from './placeholders.js';
import { startProcess } from './process.js';

export interface AttachedOptions {
  readonly role: Side;
  readonly name?: string;
  readonly declares?: Partial<Declarations>;
  /** Where every scenario's service listens, plain and TLS alike. */
  readonly service: Address;
  /**
   * By service id: where the client listens (source), or what it dials (destination: the runner listens there). The
   * first serves a tunnel without service ids.
   */
  readonly ports: ReadonlyMap<string, Address>;
  readonly scheme?: 'ws' | 'wss';
  /** How long a scenario waits for the client to connect, in milliseconds; default two minutes. */
  readonly connectMs?: number;
  /**
   * A command, placeholders as in a client definition, run as each scenario begins and ended with it: it starts the
   * client, here or somewhere else. It may end at once.
   */
  readonly hook?: string;
  /** Told what the client has to connect to, when a scenario has waited for some seconds. */
  readonly nudge?: (request: StartRequest) => void;
}

const DEFAULT_CONNECT_MS = 120_000;
const MAPPING = { each: '{service}={address}', separator: ',', single: '{address}' };

/**
 * A client that somebody else starts: by hand, in a browser, on a device. It is told the same for a whole run, so one
 * that comes back by itself goes through all scenarios without a hand.
 */
export class AttachedAdapter implements ClientAdapter {
  readonly name: string;
  readonly declares: Declarations;
  readonly roles: readonly Side[];
  readonly takesClientToken = false;
  readonly isProcess = false;
  readonly scheme: 'ws' | 'wss';
  readonly standing: Standing;
  readonly #hook: string | undefined;

  constructor(options: AttachedOptions) {
    this.#hook = options.hook;
    this.name = options.name ?? `attached ${options.role}`;
    this.declares = { ...LEAST_CLAIMED, services: options.ports.size, ...options.declares };
    this.roles = [options.role];
    this.scheme = options.scheme ?? 'ws';
    this.standing = {
      service: options.service,
      accessToken: `attached-${randomBytes(12).toString('hex')}`,
      ports: options.ports,
      connectMs: options.connectMs ?? DEFAULT_CONNECT_MS,
      nudge: options.nudge ?? (() => {}),
    };
  }

  commandLine(request: StartRequest): string {
    if (this.#hook === undefined) return '';
    return fill(this.#hook, placeholders(MAPPING, { ...request, accessToken: '$TOKEN' }));
  }

  async start(request: StartRequest): Promise<RunningClient> {
    return this.#hook === undefined ? standsAlone() : startHook(this.#hook, request);
  }
}

/** Nothing of the client is seen but its WebSocket. */
function standsAlone(): RunningClient {
  let onStop: (exit: Exit) => void = () => {};
  const exited = new Promise<Exit>((resolve) => {
    onStop = resolve;
  });
  return {
    exited,
    output: () => '',
    stop() {
      onStop({ status: 0, signal: null, asked: true });
      return exited;
    },
  };
}

/** The hook's end tells nothing of the client, unless it could not even be started. */
function startHook(hook: string, request: StartRequest): RunningClient {
  const values = placeholders(MAPPING, request);
  const command = splitCommand(hook).map((word) => fill(word, values));
  const running = startProcess({ command, environment: {} });
  const alone = standsAlone();
  const failed = running.exited.then((exit) =>
    exit.startError === undefined ? new Promise<never>(() => {}) : exit,
  );
  return {
    exited: Promise.race([alone.exited, failed]),
    output: () => running.output(),
    kill: () => running.kill?.(),
    async stop() {
      await running.stop();
      return alone.stop();
    },
  };
}
