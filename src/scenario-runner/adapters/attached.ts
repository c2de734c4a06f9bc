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
  /** The address where the service of every scenario listens, for plain and TLS connections. */
  readonly service: Address;
  /**
   * By service id: the address where the client listens (source), or that it dials (destination: the runner listens
   * there). The first one is for a tunnel without service ids.
   */
  readonly ports: ReadonlyMap<string, Address>;
  readonly scheme?: 'ws' | 'wss';
  /** How long a scenario waits for the client to connect, in milliseconds; default two minutes. */
  readonly connectMs?: number;
  /**
   * A command that starts the client, on this machine or another one. It runs when a scenario begins and is ended with
   * it. It may also end at once. Its placeholders are those of a client file.
   */
  readonly hook?: string;
  /** Called with the address for the client, when a scenario has waited for some seconds. */
  readonly nudge?: (request: StartRequest) => void;
}

const DEFAULT_CONNECT_MS = 120_000;
const MAPPING = { each: '{service}={address}', separator: ',', single: '{address}' };

/**
 * A client that somebody else starts: by hand, in a browser, on a device. It is told the same for a whole run. So a
 * client that reconnects by itself runs through all scenarios without help.
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

/** The runner sees only the WebSocket of the client. */
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

/** The end of the hook says nothing about the client, unless the hook could not be started. */
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
