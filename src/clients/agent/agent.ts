import { readFileSync } from 'node:fs';
import mqtt, { type MqttClient } from 'mqtt';
import {
  type DestinationProxyOptions,
  type StartedDestinationProxy,
  startDestinationProxy,
} from '../destination-proxy.js';
import { ClientError, reasonOf } from '../errors.js';
import { type Logger, silentLogger } from '../logger.js';
import type { ExitReason } from '../tunnel-connection/index.js';
import { parseNotification, type TunnelNotification } from './notification.js';

/** Options of {@link startAgent}: those of the destination proxies that it starts, and those of its MQTT connection. */
export interface AgentOptions
  extends Omit<DestinationProxyOptions, 'accessToken' | 'region' | 'clientToken'> {
  /** The name of this device's thing. */
  readonly thingName: string;
  /** The MQTT broker, `mqtt://host:port` or `mqtts://host:port`. */
  readonly mqttUrl: string;
  /** PEM file of the CA to trust for `mqtts`. Default: `ca`. */
  readonly mqttCa?: string;
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
  /** A notification was ignored, its proxy could not start, or the broker was lost. */
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
const MQTT_CONNECT_TIMEOUT_MS = 30_000;

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
  #mqtt: MqttClient | undefined;
  #stopped = false;

  constructor(options: AgentOptions) {
    if (!THING.test(options.thingName)) {
      throw invalid(`thingName '${options.thingName}' is not valid: use 1 to 128 of a-z A-Z 0-9 : _ -`);
    }
    if (!/^(mqtt|mqtts|tcp|tls|ws|wss):\/\/./.test(options.mqttUrl) || !URL.canParse(options.mqttUrl)) {
      throw invalid('mqttUrl is not valid: write mqtt://host:port or mqtts://host:port');
    }
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
  }

  get tunnels(): number {
    return this.#served.size;
  }

  async start(): Promise<void> {
    const { thingName, mqttUrl } = this.#options;
    const topic = `$aws/things/${thingName}/tunnels/notify`;
    const ca = this.#authority();
    try {
      this.#mqtt = await mqtt.connectAsync(
        mqttUrl,
        { connectTimeout: MQTT_CONNECT_TIMEOUT_MS, ...(ca !== undefined && { ca }) },
        false,
      );
      this.#mqtt.on('message', (_topic, payload, packet) => {
        // A retained message is old: its token has been used, or its tunnel is gone.
        if (!packet.retain) this.#notified(payload);
      });
      this.#mqtt.on('error', (error) => this.#fail(`the broker: ${reasonOf(error)}`));
      await this.#mqtt.subscribeAsync(topic, { qos: 1 });
    } catch (error) {
      await this.#mqtt?.endAsync(true);
      const { host } = new URL(mqttUrl);
      const message = `The broker ${host} cannot be used: ${reasonOf(error)}; check mqttUrl and that the broker runs`;
      throw new ClientError('ENDPOINT_UNREACHABLE', message, { cause: error });
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#mqtt?.endAsync(true);
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
    const { maxTunnels = DEFAULT_MAX_TUNNELS } = this.#options;
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
    const { thingName: _thing, mqttUrl: _url, mqttCa: _ca, maxTunnels: _max, on, ...rest } = this.#options;
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

  #authority(): Buffer | undefined {
    const path = this.#options.mqttCa ?? this.#options.ca;
    if (path === undefined) return undefined;
    try {
      return readFileSync(path);
    } catch (error) {
      throw new ClientError('CA_UNREADABLE', `mqttCa '${path}' cannot be read: ${reasonOf(error)}`);
    }
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
