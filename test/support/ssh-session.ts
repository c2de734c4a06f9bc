import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Client } from 'ssh2';
import { startDestinationProxy, startSourceProxy } from '../../src/clients/index.js';
import { startSshServer } from '../../src/clients/ssh/index.js';
import {
  type ServiceOptions,
  type StartedMockService,
  startMockService,
} from '../../src/mock-service/index.js';
import { within } from './within.js';

const LOGIN = { username: 'tester', password: 'through the tunnel' };

/** A service, an SSH server and both local proxies between; SSH clients come in through all of them. */
export async function startSshTunnel(
  options: ServiceOptions = {},
  beforeConnecting: (service: StartedMockService) => unknown = () => {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-ssh-'));
  const service = await startMockService({ host: '127.0.0.1', stateDir: join(folder, 'state'), ...options });
  const server = await startSshServer({ directory: folder, ...LOGIN });
  const opened = service.openTunnel({ services: ['SSH'] });
  await beforeConnecting(service);
  const common = { endpoint: `ws://${service.endpoint}`, environment: {}, backoff: { initialDelayMs: 1 } };
  const destination = await within(
    startDestinationProxy({
      ...common,
      accessToken: opened.destinationAccessToken,
      services: `SSH=127.0.0.1:${server.port}`,
    }),
    'the destination proxy',
  );
  const source = await within(
    startSourceProxy({ ...common, accessToken: opened.sourceAccessToken }),
    'the source proxy',
  );
  const clients: Client[] = [];
  return {
    service,
    tunnel: opened.tunnel,
    /** Logs in. */
    async login(): Promise<Client> {
      const client = new ssh2.Client();
      clients.push(client);
      const ready = new Promise<void>((resolve, reject) => {
        client.once('ready', () => resolve());
        client.once('error', reject);
      });
      client.connect({ host: '127.0.0.1', port: source.ports.get('SSH')!.port, ...LOGIN });
      await within(ready, 'the SSH login', 20_000);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.on('error', () => {}).destroy();
      await Promise.all([source.stop(), destination.stop()]);
      await service.stop();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What came back of what was sent to `cat`, and whether the session ended before all of it had. */
export interface Echo {
  readonly back: Buffer;
  readonly ended: boolean;
}

/** Sends bytes through `cat` at the other end. */
export function echo(client: Client, bytes: Buffer, waitMs = 20_000): Promise<Echo> {
  const parts: Buffer[] = [];
  const done = new Promise<Echo>((resolve) => {
    const finish = (ended: boolean): void => resolve({ back: Buffer.concat(parts), ended });
    client.on('error', () => finish(true));
    client.on('close', () => finish(true));
    client.exec('cat', (error, stream) => {
      if (error !== undefined) return finish(true);
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('close', () => finish(Buffer.concat(parts).length < bytes.length));
      stream.end(bytes);
    });
  });
  return within(done, 'the echo, or the end of the session', waitMs);
}
