import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceOptions, startMockService } from '../../src/mock-service/index.js';
import { RawClient } from './raw-websocket.js';

/** Starts a service for raw clients; its CA goes to a folder that goes with the service. */
export async function startForRaw(options: ServiceOptions = {}) {
  const stateDir = mkdtempSync(join(tmpdir(), 'testbed-raw-'));
  const service = await startMockService({ stateDir, ...options });
  const clients: RawClient[] = [];

  /** A client whose connection ends with the test. */
  function keep(client: RawClient): RawClient {
    clients.push(client);
    return client;
  }
  return {
    service,
    connect: async (connectOptions: { host?: string; ca?: string } = {}) =>
      keep(await RawClient.connect(service.port, connectOptions)),
    open: async (openOptions: Parameters<typeof RawClient.open>[1]) =>
      keep(await RawClient.open(service.port, openOptions)),
    /** Opens a tunnel and connects both sides; SERVICE_IDS has been read where it is sent. */
    async pair(
      pairOptions: {
        services?: string[];
        source?: string;
        destination?: string;
        ca?: string;
        host?: string;
      } = {},
    ) {
      const { services = ['SSH'], source: v1, destination: v2, ...where } = pairOptions;
      const { tunnel, sourceAccessToken, destinationAccessToken } = service.openTunnel({ services });
      const open = async (side: string, token: string, subprotocol = 'aws.iot.securetunneling-3.0') => {
        const client = keep(await RawClient.open(service.port, { side, token, subprotocol, ...where }));
        if (!subprotocol.endsWith('-1.0')) await client.frame();
        return client;
      };
      const source = await open('source', sourceAccessToken, v1);
      const destination = await open('destination', destinationAccessToken, v2);
      return { tunnel, source, destination, sourceAccessToken, destinationAccessToken };
    },
    async stop() {
      for (const client of clients) client.destroy();
      await service.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

export type ServiceForRaw = Awaited<ReturnType<typeof startForRaw>>;

/** Frames written by hand, in hex: length, then the fields of one message. */
export const FRAMES = {
  v1Start: Buffer.from('000408021001', 'hex'),
  v1Hello: Buffer.from('000b08011001220568656c6c6f', 'hex'),
  v3Start: Buffer.from('000b080210012a035353483801', 'hex'),
  v3Hello: Buffer.from('001208011001220568656c6c6f2a035353483801', 'hex'),
  /** V2 format, service SSH, stream 1. */
  v2Start: Buffer.from('0009080210012a03535348', 'hex'),
  v2Hello: Buffer.from('001008011001220568656c6c6f2a03535348', 'hex'),
  v2Reset: Buffer.from('0009080310012a03535348', 'hex'),
  serviceIds: Buffer.from('00070805320353534 8'.replace(' ', ''), 'hex'),
  sessionReset: Buffer.from('00020804', 'hex'),
} as const;
