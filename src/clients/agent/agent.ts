import {
  type DestinationProxyOptions,
  type StartedDestinationProxy,
  startDestinationProxy,
} from '../destination-proxy.js';
import { ClientError, reasonOf } from '../errors.js';
import { type Logger, silentLogger } from '../logger.js';
import type { ExitReason } from '../tunnel-connection/index.js';
import { type BrokerOptions, connectBroker } from './broker.js';
import { parseNotification, type TunnelNotification } from './notification.js';

/** Options of {@link startAgent}: those of the destination proxies that it starts, and those of its MQTT connection. */
export interface AgentOptions
  extends Omit<DestinationProxyOptions, 'accessToken' | 'region' | 'clientToken'>,
    BrokerOptions {
  /** The name of this device's thing. */
  readonly thingName: string;
  /** The largest number of tunnels that are served at once. Further notifications are ignored. Default 16. */
  readonly maxTunnels?: number;
  /** Called when a tunnel is served, ends or fails. */
  readonly on?: AgentListeners;
}

/** The events of an agent. None holds a token. */
export interface AgentListeners {
  /** A destination proxy is connected. */
  serving?(services: readonly string[], region: string): void;
  /** A destination proxy has ended. */
  ended?(reason: ExitReason): void;
  /** A notification was ignored, its proxy could not start, or the broker was lost; it is tried again by itself. */
  failed?(reason: string): void;
}

/** An agent that is subscribed. */
export interface StartedAgent {
  /** The number of proxies that run or are starting. */
  readonly tunnels: number;
  /** Unsubscribes and stops every proxy. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const THING = /^[a-zA-Z0-9:_-]{1,128}$/;
const DEFAULT_MAX_TUNNELS = 16;

/**
 * Subscribes to the thing's notifications (docs/protocol.md#telling-the-device) and starts a destination proxy for
 * each, as a device does. With `endpoint`, all proxies connect there. Without it, they connect to AWS in the region of
 * the notification. Resolves when subscribed.
 * @throws {ClientError} INVALID_OPTION, CA_UNREADABLE. ENDPOINT_UNREACHABLE if the broker cannot be reached.
 */
export async function startAgent(options: AgentOptions): Promise<StartedAgent> {
  const agent = new Agent(options);
  await agent.start();
  return agent;
}

interface Served {
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

class Agent implements StartedAgent {
  readonly #options: AgentOptions;
  readonly #logger: Logger;
  readonly #served = new Map<string, Served>();
  #broker: AsyncDisposable | undefined;
  #stopped = false;

  constructor(options: AgentOptions) {
    if (!THING.test(options.thingName)) {
      throw invalid(`thingName '${options.thingName}' is not valid: use 1 to 128 of a-z A-Z 0-9 : _ -`);
    }
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  get #maxTunnels(): number {
    return this.#options.maxTunnels ?? DEFAULT_MAX_TUNNELS;
  }

  get tunnels(): number {
    return this.#served.size;
  }

  async start(): Promise<void> {
    const { thingName } = this.#options;
    if (!(this.#maxTunnels >= 1)) throw invalid(`maxTunnels ${this.#maxTunnels} is not valid: use 1 or more`);
    this.#broker = await connectBroker({
      ...this.#options,
      topic: `$aws/things/${thingName}/tunnels/notify`,
      onMessage: (payload) => this.#notified(payload),
      onTrouble: (reason) => this.#fail(reason),
    });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#broker?.[Symbol.asyncDispose]();
    const served = [...this.#served.values()];
    for (const { abort } of served) abort.abort();
    await Promise.all(served.map(({ done }) => done));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #notified(payload: Uint8Array): void {
    const notification = parseNotification(payload);
    if (typeof notification === 'string') {
      this.#fail(`a notification was passed over: ${notification}`);
      return;
    }
    const maxTunnels = this.#maxTunnels;
    const token = notification.clientAccessToken;
    // QoS 1 may deliver a notification twice. The second one is ignored.
    if (this.#stopped || this.#served.has(token)) return;
    if (this.#served.size >= maxTunnels) {
      this.#fail(`a notification was passed over: ${maxTunnels} tunnels are served already`);
      return;
    }
    const abort = new AbortController();
    const done = this.#serve(notification, abort.signal);
    this.#served.set(token, { abort, done });
  }

  async #serve(
    { clientAccessToken, region, services }: TunnelNotification,
    signal: AbortSignal,
  ): Promise<void> {
    const { thingName: _thing, maxTunnels: _max, on, ...proxyOptions } = this.#options;
    const { mqttUrl: _url, mqttCa: _ca, mqttCert: _cert, mqttKey: _key, ...others } = proxyOptions;
    const { mqttClientId: _id, mqttAlpn: _alpn, ...rest } = others;
    const { endpoint } = rest;
    let proxy: StartedDestinationProxy;
    try {
      // A rotation closes the old connection (1008). So the old proxy ends when the new one starts.
      proxy = await startDestinationProxy({
        ...rest,
        ...(endpoint === undefined && { region }),
        accessToken: clientAccessToken,
        signal,
      });
    } catch (error) {
      this.#served.delete(clientAccessToken);
      if (!signal.aborted) this.#fail(`a tunnel could not be served: ${reasonOf(error)}`);
      return;
    }
    this.#logger.info({ services, region }, 'serving a tunnel');
    this.#tell(() => on?.serving?.(services, region));
    const reason = await proxy.closed;
    this.#served.delete(clientAccessToken);
    this.#logger.info({ kind: reason.kind }, `a tunnel ended: ${reason.message}`);
    this.#tell(() => on?.ended?.(reason));
  }

  #fail(reason: string): void {
    if (this.#stopped) return;
    this.#logger.warn({}, reason);
    this.#tell(() => this.#options.on?.failed?.(reason));
  }

  /** Calls a listener. If it throws, no tunnel is disturbed; its owner sees the error in the process's warnings. */
  #tell(run: () => void): void {
    try {
      run();
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error), 'ListenerError');
    }
  }
}

function invalid(message: string): ClientError {
  return new ClientError('INVALID_OPTION', message);
}
