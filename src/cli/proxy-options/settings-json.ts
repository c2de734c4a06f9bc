import { writeFileSync } from 'node:fs';
import { reasonOf } from '../../clients/errors.js';
import type { BackoffOptions, ConnectionOptions, DialOptions } from '../../clients/index.js';
import { UsageError } from '../errors.js';
import { readOptionFile } from './files.js';

/** The settings of the reference local proxy's settings file that this client supports. */
export interface FineSettings {
  readonly bindAddress?: string;
  readonly dial?: DialOptions;
  readonly maxConnections?: number;
  readonly pingIntervalMs?: number;
  readonly backoff?: BackoffOptions;
  readonly subprotocol?: ConnectionOptions['subprotocol'];
  /** Endpoints by region. */
  readonly endpoints: ReadonlyMap<string, string>;
}

type Tree = { [key: string]: Tree | string | number | boolean };

/** This client's defaults, in the reference local proxy's format. */
const DEFAULTS = {
  tunneling: {
    proxy: {
      default_bind_address: '127.0.0.1',
      tcp: { connection_retry_count: '5', connection_retry_delay_ms: '2500', max_active_connections: '1024' },
      websocket: { ping_period_ms: '20000', retry_delay_ms: '1000', connect_retry_count: '-1' },
    },
  },
};

export function exportDefaultSettings(path: string): void {
  try {
    writeFileSync(path, `${JSON.stringify(DEFAULTS, null, 4)}\n`);
  } catch (error) {
    throw new UsageError(`--export-default-settings '${path}' cannot be written: ${reasonOf(error)}`);
  }
}

/** Reads a settings file. Settings that this client does not support are ignored, as in the reference local proxy. */
export function readSettingsJson(path: string): FineSettings {
  const text = readOptionFile('--settings-json', path);
  let tree: unknown;
  try {
    tree = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--settings-json '${path}' is not JSON: ${reasonOf(error)}; correct the file`);
  }
  const at = (name: string): Tree[string] | undefined =>
    ['tunneling', 'proxy', ...name.split('.')].reduce<unknown>(
      (node, key) => (typeof node === 'object' && node !== null ? (node as Tree)[key] : undefined),
      tree,
    ) as Tree[string] | undefined;
  const whole = (name: string): number | undefined => {
    const value = at(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (typeof value !== 'object' && value !== '' && Number.isSafeInteger(number) && number >= -1)
      return number;
    throw new UsageError(`--settings-json '${path}': ${name} must be a whole number; correct the file`);
  };
  const retries = whole('tcp.connection_retry_count');
  const tries = whole('websocket.connect_retry_count');
  const delayMs = whole('tcp.connection_retry_delay_ms');
  const initialDelayMs = whole('websocket.retry_delay_ms');
  const maxConnections = whole('tcp.max_active_connections');
  const pingIntervalMs = whole('websocket.ping_period_ms');
  const bindAddress = at('default_bind_address');
  const subprotocol = at('websocket.subprotocol');
  const overrides = at('region_endpoint_overrides');
  return {
    // The reference local proxy counts retries, not tries. -1 means no limit.
    dial: {
      ...(retries !== undefined && { tries: retries < 0 ? Number.MAX_SAFE_INTEGER : retries + 1 }),
      ...(delayMs !== undefined && { delayMs }),
    },
    backoff: {
      ...(tries !== undefined && tries >= 0 && { maxTries: tries }),
      ...(initialDelayMs !== undefined && { initialDelayMs }),
    },
    ...(maxConnections !== undefined && { maxConnections }),
    ...(pingIntervalMs !== undefined && { pingIntervalMs }),
    ...(typeof bindAddress === 'string' && { bindAddress }),
    // The client refuses an unknown subprotocol, with a list of the known ones.
    ...(typeof subprotocol === 'string' && {
      subprotocol: subprotocol as NonNullable<FineSettings['subprotocol']>,
    }),
    endpoints: new Map(
      Object.entries(typeof overrides === 'object' ? overrides : {}).map(([name, value]) => [
        name,
        String(value),
      ]),
    ),
  };
}
