import type { MessageFormat, Side } from '../../protocol/index.js';
import { ClientError } from '../errors.js';
import type { LocalAddress, ServiceMapping } from './types.js';

/** One service to serve: its key in the stream table, its name for people, and its address. */
export interface PlannedService {
  /** '' if messages carry no service id. */
  readonly service: string;
  readonly name: string;
  readonly address: LocalAddress;
}

const FREE_PORT: LocalAddress = { host: undefined, port: 0 };

/**
 * Plans for messages without service ids: the mapping's only entry is served. This is for V1 clients, even if the tunnel
 * has service ids (X1), and for tunnels that were opened without services (D27).
 * @throws {ClientError} SERVICE_MISMATCH.
 */
export function planWithoutIds(mapping: ServiceMapping | undefined, side: Side): PlannedService[] {
  const entries = [...(mapping ?? [])];
  if (entries.length > 1) {
    throw mismatch(
      `without service ids there is one service, but the mapping has ${entries.length} entries; keep one entry`,
    );
  }
  const [name, address] = entries[0] ?? ['', side === 'source' ? FREE_PORT : undefined];
  if (address === undefined) throw mismatch('a destination needs one entry; give the port of its service');
  return [{ service: '', name, address }];
}

/**
 * Compares the tunnel's service ids with the mapping (S2).
 * @throws {ClientError} SERVICE_MISMATCH.
 */
export function planServices(
  mapping: ServiceMapping | undefined,
  ids: readonly string[],
  side: Side,
): PlannedService[] {
  if (ids.length === 0) return planWithoutIds(mapping, side);
  const bare = mapping?.get('');
  if (bare !== undefined) {
    if (ids.length === 1) return [{ service: ids[0]!, name: ids[0]!, address: bare }];
    throw mismatch(
      `the tunnel has ${ids.length} services (${ids.join(', ')}); write ${example(ids)} instead of a bare port`,
    );
  }
  const known = ids.filter((id) => mapping?.has(id));
  if (mapping !== undefined && mapping.size > 0 && known.length === 0) {
    throw mismatch(
      `the mapping has ${[...mapping.keys()].join(', ')}, but the tunnel has ${ids.join(', ')}; use the tunnel's ids`,
    );
  }
  if (side === 'destination' && known.length < ids.length) {
    const missing = ids.filter((id) => !mapping?.has(id));
    throw mismatch(`no address for ${missing.join(', ')}; add ${example(missing)}`);
  }
  return ids.map((id) => ({ service: id, name: id, address: mapping?.get(id) ?? FREE_PORT }));
}

/** Whether a client of that format waits for SERVICE_IDS before it serves (S1). */
export function waitsForIds(format: MessageFormat, subprotocol: string): boolean {
  return format !== 'V1' && !subprotocol.endsWith('-1.0');
}

function example(ids: readonly string[]): string {
  return ids.map((id) => `${id}=PORT`).join(',');
}

function mismatch(what: string): ClientError {
  return new ClientError('SERVICE_MISMATCH', `services: ${what}`);
}
