import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  connectToService,
  type DestinationProxyOptions,
  type SourceProxyOptions,
  startDestinationProxy,
  startSourceProxy,
} from '../../src/clients/index.js';
import {
  type OpenTunnelInput,
  type StartedMockService,
  startMockService,
} from '../../src/mock-service/index.js';
import type { MessageFormat } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { type Application, application, LocalService } from './support/applications.js';
import { kept } from './support/started.js';

let service: StartedMockService;
let stateDir: string;

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'tunnel-testbed-clients-'));
  service = await startMockService({ host: '127.0.0.1', stateDir });
});

afterAll(async () => {
  await service.stop();
  await rm(stateDir, { recursive: true });
});

const plain = (): { endpoint: string; environment: NodeJS.ProcessEnv } => ({
  endpoint: `ws://${service.endpoint}`,
  environment: {},
});

/** A tunnel, both proxies, and a local service behind it. */
async function tunnel(
  sourceOptions: Partial<SourceProxyOptions> = {},
  destinationOptions: Partial<DestinationProxyOptions> = {},
  input: OpenTunnelInput = { services: ['SSH'] },
) {
  const opened = service.openTunnel(input);
  const local = kept(await LocalService.start());
  const destination = kept(
    await startDestinationProxy({
      ...plain(),
      accessToken: opened.destinationAccessToken,
      services: local.port,
      backoff: { initialDelayMs: 1 },
      ...destinationOptions,
    }),
  );
  const source = kept(
    await startSourceProxy({
      ...plain(),
      accessToken: opened.sourceAccessToken,
      backoff: { initialDelayMs: 1 },
      ...sourceOptions,
    }),
  );
  return { opened, local, destination, source, port: [...source.ports.values()][0]!.port };
}

/** Joins two applications and sees that each hears the other. */
async function joined(port: number, local: LocalService): Promise<[Application, Application]> {
  const near = await application(port);
  near.socket.write('near');
  const far = await local.accepted();
  expect((await far.bytes(4)).toString()).toBe('near');
  far.socket.write('far');
  expect((await near.bytes(3)).toString()).toBe('far');
  return [near, far];
}

describe('both proxies through the service', () => {
  const formats: MessageFormat[] = ['V1', 'V2', 'V3'];
  for (const from of formats) {
    for (const to of formats) {
      it(`join ${from} to ${to}: bytes, the end of each side, and the next connection (X1 to X5)`, async () => {
        const { port, local } = await tunnel({ format: from }, { format: to });
        for (const closing of ['near', 'far'] as const) {
          const [near, far] = await joined(port, local);
          const [leaving, staying] = closing === 'near' ? [near, far] : [far, near];
          leaving.socket.end('bye');
          await within(staying.ended, `the end at the other side of ${closing}`);
          expect(staying.received.toString()).toMatch(/bye$/);
          staying.socket.end();
          await within(leaving.closed, 'the close');
        }
      });
    }
  }

  it('carry hundreds of V3 connections at once', async () => {
    const { port, local } = await tunnel();
    local.server.on('connection', (socket) => socket.pipe(socket));
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const app = await application(port);
        const text = `connection ${index} `.repeat(100);
        app.socket.write(text);
        expect((await app.bytes(text.length)).toString()).toBe(text);
        app.socket.destroy();
      }),
    );
    expect(local.count).toBe(200);
  });

  it('carry 32 MB each way at once, unharmed', async () => {
    const { port, local } = await tunnel();
    const [near, far] = await joined(port, local);
    const up = randomBytes(32_000_000);
    const down = randomBytes(32_000_000);
    near.socket.end(up);
    far.socket.end(down);
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    expect(sha256((await far.bytes(4 + up.length)).subarray(4))).toBe(sha256(up));
    expect(sha256((await near.bytes(3 + down.length)).subarray(3))).toBe(sha256(down));
  });

  it('keep services apart, and a stream of one when another ends (S14)', async () => {
    const web = kept(await LocalService.start());
    const ssh = kept(await LocalService.start());
    const services = { SSH: ssh.port, HTTP: web.port };
    const { source } = await tunnel({}, { services }, { services: ['SSH', 'HTTP'] });
    const [near, far] = await joined(source.ports.get('SSH')!.port, ssh);
    const [other] = await joined(source.ports.get('HTTP')!.port, web);
    other.socket.destroy();
    near.socket.write('still');
    expect((await far.bytes(9)).toString()).toBe('nearstill');
  });

  it('trust its CA, and nobody else (H13)', async () => {
    const { opened } = await tunnel({ endpoint: `wss://${service.endpoint}`, ca: service.caPath });
    await expect(
      startSourceProxy({
        endpoint: service.endpoint,
        accessToken: opened.sourceAccessToken,
        environment: {},
      }),
    ).rejects.toMatchObject({ code: 'TLS_FAILED', message: expect.stringContaining(service.endpoint) });
    await tunnel({ endpoint: service.endpoint, insecure: true });
  });

  it('go through a web proxy that HTTPS_PROXY names', async () => {
    const endpoint = 'data.tunneling.iot.us-east-1.amazonaws.com:443';
    const environment = { HTTPS_PROXY: `http://user:p%40ss@${service.endpoint}` };
    const { port, local } = await tunnel({ endpoint, environment, ca: service.caPath });
    await joined(port, local);
  });

  it('go through a web proxy that is reached by TLS, and trust it as they trust the service', async () => {
    const endpoint = 'data.tunneling.iot.us-east-1.amazonaws.com:443';
    const environment = { HTTPS_PROXY: `https://${service.endpoint}` };
    const { port, local } = await tunnel({ endpoint, environment, ca: service.caPath });
    await joined(port, local);
    await expect(tunnel({ endpoint, environment })).rejects.toMatchObject({
      code: 'TLS_FAILED',
      message: expect.stringContaining(`web proxy https://${service.endpoint} cannot be trusted`),
    });
  });

  it('end with success when the tunnel is closed (S16)', async () => {
    const { opened, source, destination, port, local } = await tunnel();
    const [near] = await joined(port, local);
    service.tunnels.close(opened.tunnel.id);
    await within(near.ended, 'the end of the application');
    near.socket.end();
    expect(await within(source.closed, 'the source')).toMatchObject({ kind: 'tunnel-closed' });
    expect(await within(destination.closed, 'the destination')).toMatchObject({ kind: 'tunnel-closed' });
  });

  it('end where a token was rotated, for it is refused (H11)', async () => {
    const { opened, source } = await tunnel();
    service.tunnels.rotate(opened.tunnel.id, ['source']);
    expect(await within(source.closed, 'the source')).toMatchObject({ kind: 'rejected' });
  });

  it('do not fight one that replaces them (H12)', async () => {
    const clientToken = 'x'.repeat(36);
    const { opened, source } = await tunnel({ clientToken });
    const options = { ...plain(), accessToken: opened.sourceAccessToken, clientToken };
    kept(await startSourceProxy(options));
    expect(await within(source.closed, 'the source')).toMatchObject({ kind: 'replaced' });
  });

  it('start streams anew after the destination came back, without being told that it left', async () => {
    const { opened, source, destination, local, port } = await tunnel({}, { clientToken: 'd'.repeat(36) });
    const [near] = await joined(port, local);
    await destination.stop();
    await within(near.ended, 'the end of the application');
    kept(
      await startDestinationProxy({
        ...plain(),
        accessToken: opened.destinationAccessToken,
        clientToken: 'd'.repeat(36),
        services: local.port,
      }),
    );
    await joined([...source.ports.values()][0]!.port, local);
  });

  it('give one connection as a stream', async () => {
    const opened = service.openTunnel({ services: ['SSH'] });
    const echo = kept(await LocalService.echo());
    const options = { ...plain(), accessToken: opened.destinationAccessToken, services: echo.port };
    kept(await startDestinationProxy(options));
    const stream = await connectToService({ ...plain(), accessToken: opened.sourceAccessToken });
    stream.end('echoed');
    let text = '';
    for await (const chunk of stream) text += chunk;
    expect(text).toBe('echoed');
  });
});
