import { randomBytes } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { reasonOf } from '../../clients/errors.js';
import type { OpenedTunnel, StartedMockService } from '../../mock-service/index.js';
import { UsageError } from '../errors.js';

/** The data that programs need to use a started service. It holds tokens. */
export interface ReadyInfo {
  readonly pid: number;
  /** `host:port` on this machine, for TLS and plain. */
  readonly endpoint: string;
  /** All addresses and ports that the service listens on. The first is its own port. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  /** Address of the embedded MQTT broker, if there is one. */
  readonly mqtt?: { readonly host: string; readonly port: number };
  readonly caPath: string;
  readonly seed: string | number;
  readonly tunnels: readonly {
    readonly tunnelId: string;
    readonly tunnelArn: string;
    readonly services: readonly string[];
    readonly sourceAccessToken: string;
    readonly destinationAccessToken: string;
  }[];
}

export function readyInfo(service: StartedMockService, opened: readonly OpenedTunnel[]): ReadyInfo {
  return {
    pid: process.pid,
    endpoint: service.endpoint,
    addresses: service.addresses,
    ...(service.mqtt !== undefined && { mqtt: { host: service.mqtt.host, port: service.mqtt.port } }),
    caPath: service.caPath,
    seed: service.seed,
    tunnels: opened.map(({ tunnel, sourceAccessToken, destinationAccessToken }) => ({
      tunnelId: tunnel.id,
      tunnelArn: tunnel.arn,
      services: tunnel.services,
      sourceAccessToken,
      destinationAccessToken,
    })),
  };
}

/**
 * Writes the file atomically. Only its owner can read it. Returns a function that removes it.
 * @throws {UsageError} if it cannot be written.
 */
export async function writeReadyFile(path: string, info: ReadyInfo): Promise<() => Promise<void>> {
  const there = await stat(path).catch(() => undefined);
  if (there !== undefined && !there.isFile()) {
    const what = 'is a folder, a pipe or a device; give the name of a regular file';
    throw new UsageError(`--ready-file '${path}' ${what}`);
  }
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new UsageError(
      `--ready-file '${path}' cannot be written: ${reasonOf(error)}; give a writable path`,
    );
  }
  return () => rm(path, { force: true });
}
