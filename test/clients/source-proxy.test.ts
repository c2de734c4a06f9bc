import { describe, expect, it } from 'vitest';
import { startSourceProxy } from '../../src/clients/index.js';
import { type MessageFormat, MessageType } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { application } from './support/applications.js';
import { StandInService } from './support/stand-in-service.js';
import { kept, source, TOKEN } from './support/started.js';

const { DATA, STREAM_START, STREAM_RESET, CONNECTION_START, CONNECTION_RESET } = MessageType;

describe('a source proxy', () => {
  for (const format of ['V1', 'V2', 'V3'] as const satisfies MessageFormat[]) {
    it(`carries a ${format} stream in both directions`, async () => {
      const { connection, port } = await source({ format });
      const app = await application(port);
      app.socket.write('hello');
      const begin = await connection.next();
      expect(begin).toMatchObject({
        type: STREAM_START,
        serviceId: format === 'V1' ? '' : 'SSH',
        connectionId: format === 'V3' ? 1 : 0,
      });
      const { streamId, serviceId, connectionId } = begin;
      expect(streamId).toBeGreaterThan(0);
      const address = { streamId, serviceId, connectionId };
      const payload = Buffer.from('hello');
      expect(await connection.next()).toMatchObject({ type: DATA, ...address, payload });
      connection.send({ type: DATA, ...address, payload: Buffer.from('world') });
      expect((await app.bytes(5)).toString()).toBe('world');
      app.socket.destroy();
      const reset = format === 'V3' ? CONNECTION_RESET : STREAM_RESET;
      expect(await connection.next()).toMatchObject({ type: reset, ...address });
    });

    it(`starts ${format} streams without waiting for the application's first byte`, async () => {
      const { connection, port } = await source({ format });
      await application(port);
      expect((await connection.next()).type).toBe(STREAM_START);
    });
  }

  it('listens before any SERVICE_IDS in format V1, which never gets them on 1.0', async () => {
    const { service, proxy } = await source({ format: 'V1', services: 0 }, null);
    expect(service.handshakes[0]!.headers['sec-websocket-protocol']).toBe('aws.iot.securetunneling-1.0');
    expect([...proxy.ports.keys()]).toEqual(['']);
  });

  it('listens for each service, on free ports where the mapping names none (S2)', async () => {
    const { proxy } = await source({ services: { HTTP: 0 } }, ['SSH', 'HTTP']);
    expect([...proxy.ports.keys()].sort()).toEqual(['HTTP', 'SSH']);
    for (const { host, port } of proxy.ports.values()) {
      expect(host).toBe('127.0.0.1');
      expect(port).toBeGreaterThan(0);
    }
  });

  it('listens on IPv6 where told so', async () => {
    const { proxy, connection } = await source({ services: 'SSH=[::1]:0' });
    await application(proxy.ports.get('SSH')!.port, '::1');
    expect((await connection.next()).type).toBe(STREAM_START);
  });

  it('listens for a service that a repeated SERVICE_IDS adds, and keeps what runs (S1)', async () => {
    const { proxy, connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    const added = new Promise<number>((resolve) => proxy.on('listening', ({ port }) => resolve(port)));
    connection.sendServiceIds(['SSH', 'HTTP']);
    await application(await within(added, 'the new port'));
    expect(await connection.next()).toMatchObject({ type: STREAM_START, serviceId: 'HTTP' });
    const payload = Buffer.from('on');
    connection.send({ type: DATA, streamId, serviceId: 'SSH', connectionId: 1, payload });
    expect((await app.bytes(2)).toString()).toBe('on');
  });

  for (const [what, services, ids] of [
    ['names none of the services', 'VNC=0', ['SSH']],
    ['is a bare port for two services', 0, ['SSH', 'HTTP']],
  ] as const) {
    it(`does not start where the mapping ${what} (S2)`, async () => {
      const service = kept(await StandInService.start(ids));
      const starting = startSourceProxy({ endpoint: service.endpoint, accessToken: TOKEN, services });
      await expect(within(starting, 'the refusal')).rejects.toMatchObject({ code: 'SERVICE_MISMATCH' });
    });
  }

  it('names the port that is in use', async () => {
    const { port, service } = await source();
    const options = { endpoint: service.endpoint, accessToken: TOKEN, services: `SSH=${port}` };
    const starting = startSourceProxy(options);
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: expect.stringContaining(`127.0.0.1:${port} for service SSH`),
    });
  });

  it('lets a newcomer replace the one connection of a V2 stream, and tells the peer', async () => {
    const { connection, port } = await source({ format: 'V2' });
    const first = await application(port);
    const { streamId } = await connection.next();
    await application(port);
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId, serviceId: 'SSH' });
    const second = await connection.next();
    expect(second).toMatchObject({ type: STREAM_START, serviceId: 'SSH' });
    expect(second.streamId).not.toBe(streamId);
    await within(first.ended, 'the end of the first application');
  });

  it('closes stream and WebSocket on STREAM_START, and starts anew (S6)', async () => {
    const { service, connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    connection.send({ type: STREAM_START, streamId: 9, serviceId: 'SSH', connectionId: 1 });
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId });
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1002 });
    await within(app.ended, 'the end of the application');
    const again = await service.connection(1);
    await application(port);
    expect((await again.next()).type).toBe(STREAM_START);
  });

  it('holds applications that come while it is not connected until it is again (S13)', async () => {
    const { service, connection, port } = await source();
    service.serviceIds = undefined;
    connection.webSocket.terminate();
    const again = await service.connection(1);
    const app = await application(port);
    app.socket.end('early');
    again.sendServiceIds(['SSH']);
    expect((await again.next()).type).toBe(STREAM_START);
    expect((await again.data(5)).toString()).toBe('early');
  });

  it('carries hundreds of connections on one V3 stream, each its own bytes', async () => {
    const { connection, port } = await source();
    const count = 300;
    const apps = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const app = await application(port);
        app.socket.write(`app ${index}`);
        return app;
      }),
    );
    const streams = new Set<number>();
    const ids = new Set<number>();
    const said = new Map<number, string>();
    while (said.size < count) {
      const { type, streamId, serviceId, connectionId, payload } = await connection.next();
      if (type === STREAM_START || type === CONNECTION_START) {
        streams.add(streamId);
        ids.add(connectionId);
        continue;
      }
      said.set(connectionId, Buffer.from(payload).toString());
      connection.send({ type: DATA, streamId, serviceId, connectionId, payload });
    }
    expect(streams.size).toBe(1);
    expect(ids.size).toBe(count);
    for (const [index, app] of apps.entries()) {
      expect((await app.bytes(`app ${index}`.length)).toString()).toBe(`app ${index}`);
    }
    expect(new Set(said.values()).size).toBe(count);
  });

  it('begins anew after a destination that had lost the stream reset it', async () => {
    const { connection, port } = await source();
    await application(port);
    const { streamId } = await connection.next();
    const second = await application(port);
    expect((await connection.next()).type).toBe(CONNECTION_START);
    connection.send({ type: STREAM_RESET, streamId, serviceId: 'SSH' });
    await within(second.ended, 'the end of the second application');
    await application(port);
    const begin = await connection.next();
    expect(begin).toMatchObject({ type: STREAM_START, serviceId: 'SSH', connectionId: 1 });
    expect(begin.streamId).not.toBe(streamId);
  });

  it('ends the session of every service on SESSION_RESET, and goes on (S12)', async () => {
    const { proxy, connection } = await source({}, ['SSH', 'HTTP']);
    const apps = [];
    for (const { port } of proxy.ports.values()) apps.push(await application(port));
    await connection.next();
    await connection.next();
    connection.send({ type: MessageType.SESSION_RESET });
    for (const app of apps) await within(app.ended, 'the end of an application');
    await application(proxy.ports.get('SSH')!.port);
    expect((await connection.next()).type).toBe(STREAM_START);
  });

  it('refuses applications beyond its limit', async () => {
    const { connection, port } = await source({ maxConnections: 1 });
    await application(port);
    await connection.next();
    const second = await application(port);
    await within(second.ended, 'the refusal');
  });
});
