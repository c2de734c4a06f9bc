import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { type Clock, systemClock, type Timer } from '../clock.js';
import { ClientError, reasonOf } from '../errors.js';
import { Backoff, type BackoffOptions } from '../tunnel-connection/index.js';

/** How an agent joins its MQTT broker. */
export interface BrokerOptions {
  /** The MQTT broker: `mqtt://host:port`, `mqtts://host:port`, or `ws://` and `wss://` with a path. */
  readonly mqttUrl: string;
  /** PEM file of the CA to trust for `mqtts` and `wss`. Default: `ca`. */
  readonly mqttCa?: string;
  /** PEM file of the device's certificate, as AWS IoT Core requires one. Needs `mqttKey`. */
  readonly mqttCert?: string;
  /** PEM file of that certificate's private key. */
  readonly mqttKey?: string;
  /** Default: the thing's name. AWS allows one connection for a client id: a second one ends the first. */
  readonly mqttClientId?: string;
  /** The name to offer by ALPN. Default: `x-amzn-mqtt-ca` for `mqtts` on port 443, and none on other ports. */
  readonly mqttAlpn?: string;
}

export interface ConnectBrokerOptions extends BrokerOptions {
  readonly thingName: string;
  readonly ca?: string;
  readonly topic: string;
  readonly backoff?: BackoffOptions;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly onMessage: (payload: Uint8Array) => void;
  /** Called when the broker is lost or cannot be reached again. It is tried again, without end. */
  readonly onTrouble: (reason: string) => void;
}

const CONNECT_TIMEOUT_MS = 30_000;
const ALPN_OF_443 = 'x-amzn-mqtt-ca';
const MAX_CLIENT_ID_BYTES = 128;

/**
 * Subscribes to a topic, and does so again whenever the broker was lost: after a wait that grows and is random (H11), so
 * that a thousand devices do not come back at once.
 * @throws {ClientError} INVALID_OPTION, CA_UNREADABLE. ENDPOINT_UNREACHABLE if the first try fails.
 */
export async function connectBroker(options: ConnectBrokerOptions): Promise<AsyncDisposable> {
  const settings = brokerSettings(options);
  const { mqttUrl, topic, onMessage } = options;
  let client: MqttClient | undefined;
  try {
    client = await mqtt.connectAsync(mqttUrl, settings, false);
    client.on('message', (_topic, payload, packet) => {
      // A retained message is old: its token has been used, or its tunnel is gone.
      if (!packet.retain) onMessage(payload);
    });
    await client.subscribeAsync(topic, { qos: 1 });
  } catch (error) {
    await client?.endAsync(true);
    const { host } = new URL(mqttUrl);
    const message = `The broker ${host} cannot be used: ${reasonOf(error)}; check mqttUrl and that the broker runs`;
    throw new ClientError('ENDPOINT_UNREACHABLE', message, { cause: error });
  }
  return new KeptConnection(client, options);
}

/** A connection that comes back. */
class KeptConnection implements AsyncDisposable {
  readonly #client: MqttClient;
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #stopped = false;

  constructor(client: MqttClient, options: ConnectBrokerOptions) {
    const { topic, onTrouble, backoff = {}, clock = systemClock, random = Math.random } = options;
    // An agent without a broker is of no use, so it never gives up.
    const { maxTries: _, ...delays } = backoff;
    this.#client = client;
    this.#clock = clock;
    this.#backoff = new Backoff(delays, random);
    client.on('error', (error) => onTrouble(`the broker: ${reasonOf(error)}`));
    client.on('connect', () => {
      client.subscribeAsync(topic, { qos: 1 }).then(
        () => this.#backoff.reset(),
        (error: unknown) => onTrouble(`the broker: ${reasonOf(error)}`),
      );
    });
    client.on('close', () => this.#lost(onTrouble));
    // It may have been lost before anybody listened.
    if (!client.connected) this.#lost(onTrouble);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#client.endAsync(true);
  }

  #lost(onTrouble: (reason: string) => void): void {
    if (this.#stopped || this.#timer !== undefined) return;
    const delay = this.#backoff.next()!;
    onTrouble(`the broker was lost; next try in ${delay} ms`);
    this.#timer = this.#clock.after(delay, () => {
      this.#timer = undefined;
      this.#client.reconnect();
    });
  }
}

/** What the MQTT client is given. @throws {ClientError} INVALID_OPTION, CA_UNREADABLE. */
export function brokerSettings(
  options: Omit<ConnectBrokerOptions, 'topic' | 'onMessage' | 'onTrouble'>,
): IClientOptions {
  const { mqttUrl, thingName, mqttClientId = thingName, mqttCert, mqttKey } = options;
  if (!/^(mqtt|mqtts|tcp|tls|ws|wss):\/\/./.test(mqttUrl) || !URL.canParse(mqttUrl)) {
    throw invalid('mqttUrl is not valid: write mqtt://host:port or mqtts://host:port');
  }
  if (mqttClientId === '' || Buffer.byteLength(mqttClientId) > MAX_CLIENT_ID_BYTES) {
    throw invalid(
      `mqttClientId '${mqttClientId.slice(0, 40)}' is not valid: use 1 to ${MAX_CLIENT_ID_BYTES} bytes`,
    );
  }
  const { protocol, port } = new URL(mqttUrl);
  const isTls = ['mqtts:', 'tls:', 'wss:'].includes(protocol);
  if ((mqttCert === undefined) !== (mqttKey === undefined)) {
    throw invalid('mqttCert and mqttKey belong together: give both or none');
  }
  if (mqttCert !== undefined && !isTls) {
    throw invalid(`mqttCert needs TLS, and mqttUrl has ${protocol}//: write mqtts://host:port`);
  }
  const ca = options.mqttCa ?? options.ca;
  const alpn = options.mqttAlpn ?? (protocol !== 'wss:' && port === '443' ? ALPN_OF_443 : undefined);
  return {
    clientId: mqttClientId,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Reconnecting and subscribing again is done here.
    reconnectPeriod: 0,
    resubscribe: false,
    ...(ca !== undefined && { ca: read('mqttCa', ca, 'CA_UNREADABLE') }),
    ...(mqttCert !== undefined && { cert: read('mqttCert', mqttCert, 'INVALID_OPTION') }),
    ...(mqttKey !== undefined && { key: read('mqttKey', mqttKey, 'INVALID_OPTION') }),
    ...(isTls && alpn !== undefined && { ALPNProtocols: [alpn] }),
  };
}

function read(option: string, path: string, code: 'CA_UNREADABLE' | 'INVALID_OPTION'): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ClientError(code, `${option} '${path}' cannot be read: ${reasonOf(error)}`);
  }
}

function invalid(message: string): ClientError {
  return new ClientError('INVALID_OPTION', message);
}
