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

/** What every client of the tunnel needs to know. */
export interface ConnectionOptions {
  /** `host:port` (TLS), `wss://host:port` or `ws://host:port`. Exactly one of `endpoint` and `region`. */
  readonly endpoint?: string;
  /** An AWS region: connects to its public data plane. */
  readonly region?: string;
  /** The access token of this side, as OpenTunnel returned it (H3). */
  readonly accessToken: string;
  /**
   * 32 to 128 letters, digits and hyphens (H7). By default a UUID is made and kept: without a client token, a lost
   * connection cannot be made anew (H8, H9). `false` sends none, as the reference local proxy does by default.
   */
  readonly clientToken?: string | false;
  /** The message format spoken. Default `V3`. */
  readonly format?: MessageFormat;
  /** The subprotocol offered. Default: that of the format. The reference local proxy always offers 3.0. */
  readonly subprotocol?: Subprotocol;
  /** PEM file of an authority to trust in addition to the well-known ones. */
  readonly ca?: string;
  /** Directory of such PEM files. */
  readonly caDir?: string;
  /** Does not verify the endpoint's certificate (H13). For tests only. Default false. */
  readonly insecure?: boolean;
  /** `http://[user:password@]host:port` to CONNECT through; `false` for none. Default: HTTPS_PROXY, NO_PROXY. */
  readonly webProxy?: string | false;
  /** Services of a tunnel that are served; SERVICE_IDS with more are refused. Default 64 (AWS's quota is 3). */
  readonly maxServices?: number;
  /** Milliseconds between pings; 0 for none. Default 20000, as in the reference local proxy. */
  readonly pingIntervalMs?: number;
  /** Milliseconds a handshake may take, connecting included. Default 30000. */
  readonly handshakeTimeoutMs?: number;
  /** Waits between tries. */
  readonly backoff?: BackoffOptions;
  /** Also retries if the very first connection fails (wrong address, refused). Default false. */
  readonly retryFirstConnection?: boolean;
  /** Default: logs nothing. */
  readonly logger?: Logger;
  /** Aborting it is the same as `stop()`. */
  readonly signal?: AbortSignal;
  /** For tests: time, chance and environment. */
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly environment?: NodeJS.ProcessEnv;
}

/** The options, checked and completed. */
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

/** H5 allows the whole request 4096 bytes; this leaves room for its other headers. */
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
  const trust = endpoint.tls
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
        webProxy: webProxyFor(endpoint, options.webProxy, environment),
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
 * Checks a number that counts something.
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
    throw invalid(`has ${token.length} characters, at most ${MAX_TOKEN_LENGTH} fit`);
  if (!/^[\x21-\x7e]+$/.test(token)) throw invalid('holds characters that no token has');
  return token;
}

function checkClientToken(token: string | false | undefined): string | undefined {
  if (token === false) return undefined;
  if (token === undefined) return randomUUID();
  if (CLIENT_TOKEN_PATTERN.test(token)) return token;
  throw new ClientError(
    'INVALID_OPTION',
    'clientToken must be 32 to 128 letters, digits and hyphens, as a UUID is',
  );
}
