import { randomUUID } from 'node:crypto';
import {
  CLIENT_TOKEN_PATTERN,
  type MessageFormat,
  type Side,
  SUBPROTOCOL_OF,
  SUBPROTOCOLS,
  type Subprotocol,
} from '../../protocol/index.js';
import { type Clock, systemClock } from '../clock.js';
import { ClientError } from '../errors.js';
import { type Logger, silentLogger } from '../logger.js';
import type { BackoffOptions } from './backoff.js';
import { endpointOfRegion, parseEndpoint } from './endpoint.js';
import type { Handshake } from './handshake.js';
import { loadTrust } from './trust.js';
import { webProxyFor } from './web-proxy.js';

/** The options that all clients of a tunnel share. */
export interface ConnectionOptions {
  /** `host:port` (TLS), `wss://host:port` or `ws://host:port`. Give either `endpoint` or `region`. */
  readonly endpoint?: string;
  /** An AWS region. The client connects to the public data plane of the region. */
  readonly region?: string;
  /** The access token of this side, as OpenTunnel returned it (H3). */
  readonly accessToken: string;
  /**
   * 32 to 128 letters, digits and hyphens (H7). Default: a new UUID, the same for all reconnects. Without a client
   * token, a client cannot reconnect (H8, H9). `false` sends none, as the reference local proxy does by default.
   */
  readonly clientToken?: string | false;
  /** The message format. Default `V3`. */
  readonly format?: MessageFormat;
  /** The offered subprotocol. Default: that of the format. The reference local proxy always offers 3.0. */
  readonly subprotocol?: Subprotocol;
  /** PEM file of a CA to trust in addition to Node's own CAs. */
  readonly ca?: string;
  /** Directory of such PEM files. */
  readonly caDir?: string;
  /** Does not verify the endpoint's certificate (H13). For tests only. Default false. */
  readonly insecure?: boolean;
  /**
   * The web proxy for CONNECT, `http://[user:password@]host:port`. `false`: none. Default: from HTTPS_PROXY and
   * NO_PROXY.
   */
  readonly webProxy?: string | false;
  /** The largest number of services. SERVICE_IDS with more are refused. Default 64 (AWS's quota is 3). */
  readonly maxServices?: number;
  /** The time between pings, in milliseconds. 0: no pings. Default 20000, as in the reference local proxy. */
  readonly pingIntervalMs?: number;
  /** The longest time of a handshake, including the connecting, in milliseconds. Default 30000. */
  readonly handshakeTimeoutMs?: number;
  /** The waits between tries. */
  readonly backoff?: BackoffOptions;
  /** Retries also if the very first connection fails (wrong address, refused). Default false. */
  readonly retryFirstConnection?: boolean;
  /** Default: logs nothing. */
  readonly logger?: Logger;
  /** Aborting the signal is the same as `stop()`. */
  readonly signal?: AbortSignal;
  /** For tests: the clock, random numbers and the environment. */
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The checked options, with all defaults filled in. */
export interface ConnectionSettings {
  readonly handshake: Handshake;
  readonly format: MessageFormat;
  readonly maxServices: number;
  readonly pingIntervalMs: number;
  readonly backoff: BackoffOptions;
  readonly retryFirstConnection: boolean;
  readonly logger: Logger;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  readonly random: () => number;
}

/** The longest access token. H5 allows 4096 bytes for the whole request; this leaves room for the other headers. */
const MAX_TOKEN_LENGTH = 3500;
const FORMATS: readonly MessageFormat[] = ['V1', 'V2', 'V3'];

/**
 * Checks the options and fills in the defaults.
 * @throws {ClientError} INVALID_OPTION or CA_UNREADABLE.
 */
export function resolveConnectionOptions(options: ConnectionOptions, side: Side): ConnectionSettings {
  const environment = options.environment ?? process.env;
  const endpoint = chooseEndpoint(options);
  const format = oneOf('format', options.format ?? 'V3', FORMATS);
  const subprotocol = oneOf('subprotocol', options.subprotocol ?? SUBPROTOCOL_OF[format], SUBPROTOCOLS);
  const insecure = options.insecure ?? false;
  const webProxy = webProxyFor(endpoint, options.webProxy, environment);
  const trust =
    endpoint.tls || webProxy?.tls
      ? loadTrust(
          {
            ...(options.ca !== undefined && { caFile: options.ca }),
            ...(options.caDir !== undefined && { caDir: options.caDir }),
          },
          environment,
        )
      : undefined;
  return {
    handshake: {
      route: {
        endpoint,
        webProxy,
        trust,
        verify: !insecure,
      },
      side,
      accessToken: checkAccessToken(options.accessToken),
      clientToken: checkClientToken(options.clientToken),
      subprotocol,
      timeoutMs: wholeNumber('handshakeTimeoutMs', options.handshakeTimeoutMs ?? 30_000),
    },
    format,
    maxServices: wholeNumber('maxServices', options.maxServices ?? 64, 1),
    pingIntervalMs: wholeNumber('pingIntervalMs', options.pingIntervalMs ?? 20_000),
    backoff: options.backoff ?? {},
    retryFirstConnection: options.retryFirstConnection ?? false,
    logger: options.logger ?? silentLogger,
    signal: options.signal,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}

/**
 * Checks that a number is whole and at least `least`.
 * @throws {ClientError} INVALID_OPTION.
 */
export function wholeNumber(option: string, value: number, least = 0): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ClientError('INVALID_OPTION', `${option} ${value} must be a whole number of at least ${least}`);
}

function chooseEndpoint(options: ConnectionOptions) {
  const { endpoint, region } = options;
  if (endpoint !== undefined && region === undefined) return parseEndpoint(endpoint);
  if (region !== undefined && endpoint === undefined) return endpointOfRegion(region);
  const given = endpoint === undefined ? 'neither is given' : 'both are given';
  throw new ClientError('INVALID_OPTION', `endpoint or region: ${given}; give exactly one of them`);
}

function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new ClientError('INVALID_OPTION', `${option} '${value}' is not known: use ${allowed.join(', ')}`);
}

function checkAccessToken(token: string): string {
  const invalid = (reason: string): ClientError =>
    new ClientError('INVALID_OPTION', `accessToken ${reason}; use the token of this side from OpenTunnel`);
  if (typeof token !== 'string' || token === '') throw invalid('is missing');
  if (token.length > MAX_TOKEN_LENGTH)
    throw invalid(`has ${token.length} characters, but at most ${MAX_TOKEN_LENGTH} fit in a handshake`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('has characters that a token cannot have');
  return token;
}

function checkClientToken(token: string | false | undefined): string | undefined {
  if (token === false) return undefined;
  if (token === undefined) return randomUUID();
  if (CLIENT_TOKEN_PATTERN.test(token)) return token;
  throw new ClientError(
    'INVALID_OPTION',
    'clientToken must be 32 to 128 letters, digits and hyphens, such as a UUID',
  );
}
