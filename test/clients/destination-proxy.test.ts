import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startDestinationProxy } from '../../src/clients/index.js';
import { type Message, type MessageFormat, MessageType } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { LocalService, unusedPort } from './support/applications.js';
import { ManualClock } from './support/manual-clock.js';
import { StandInService } from './support/stand-in-service.js';
import { destination, kept, TOKEN } from './support/started.js';

const { DATA, STREAM_START, STREAM_RESET, CONNECTION_START, CONNECTION_RESET } = MessageType;

const AT: Readonly<Record<MessageFormat, Partial<Message>>> = {
  V1: { streamId: 5 },
  V2: { streamId: 5, serviceId: 'SSH' },
  V3: { streamId: 5, serviceId: 'SSH', connectionId: 1 },
};

describe('a destination proxy', () => {
  for (const format of ['V1', 'V2', 'V3'] as const) {
    it(`carries a ${format} stream, taking DATA that comes while it dials (S3, S4)`, async () => {
      const { connection, local } = await destination({ format });
      connection.sendMerged(
        { type: STREAM_START, ...AT[format] },
        { type: DATA, ...AT[format], payload: Buffer.from('hel') },
        { type: DATA, ...AT[format], payload: Buffer.from('lo') },
      );
      const app = await local.accepted();
      expect((await app.bytes(5)).toString()).toBe('hello');
      app.socket.write('world');
      expect(await connection.next()).toMatchObject({
        type: DATA,
        streamId: 5,
        serviceId: format === 'V1' ? '' : 'SSH',
        connectionId: format === 'V3' ? 1 : 0,
        payload: Buffer.from('world'),
      });
      app.socket.end();
      const reset = format === 'V3' ? CONNECTION_RESET : STREAM_RESET;
      expect(await connection.next()).toMatchObject({ type: reset, ...AT[format] });
    });

    it(`brings what came before a reset to the service, even while it dials (S8), ${format}`, async () => {
      const { connection, local } = await destination({ format });
      connection.sendMerged(
        { type: STREAM_START, ...AT[format] },
        { type: DATA, ...AT[format], payload: Buffer.from('all of it') },
        { type: STREAM_RESET, ...AT[format] },
      );
      const app = await local.accepted();
      await within(app.ended, 'the end');
      expect(app.received.toString()).toBe('all of it');
    });
  }

  it('speaks V2 and V1 to sources that start such streams, though it is V3 (X3, X1)', async () => {
    const { connection, local } = await destination();
    for (const format of ['V2', 'V1'] as const) {
      connection.send({ type: STREAM_START, ...AT[format] });
      const app = await local.accepted();
      app.socket.write('x');
      const { serviceId = '' } = AT[format];
      expect(await connection.next()).toMatchObject({ type: DATA, serviceId, connectionId: 0 });
    }
  });

  it('dials a Unix-domain socket', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tunnel-testbed-'));
    const path = join(directory, 'app=1.sock');
    const server = createServer((socket) => socket.pipe(socket));
    try {
      server.listen(path);
      await once(server, 'listening');
      const { connection } = await destination({ services: `SSH=${path}` });
      connection.send({ type: STREAM_START, ...AT.V3 });
      connection.send({ type: DATA, ...AT.V3, payload: Buffer.from('over a path') });
      expect((await connection.data(11)).toString()).toBe('over a path');
    } finally {
      server.close();
      await rm(directory, { recursive: true });
    }
  });

  it('tries again while nobody listens, and gets through (S4)', async () => {
    const clock = new ManualClock();
    const port = await unusedPort();
    const { connection } = await destination({ services: port, clock, pingIntervalMs: 0 });
    connection.sendMerged(
      { type: STREAM_START, ...AT.V3 },
      { type: DATA, ...AT.V3, payload: Buffer.from('patient') },
    );
    await clock.timer(2500, 2500);
    const local = kept(await LocalService.start({ port }));
    clock.advance(2500);
    expect((await (await local.accepted()).bytes(7)).toString()).toBe('patient');
  });

  it('sends STREAM_RESET after 6 tries over 13 seconds (S4)', async () => {
    const clock = new ManualClock();
    const { connection } = await destination({ services: await unusedPort(), clock, pingIntervalMs: 0 });
    connection.send({ type: STREAM_START, ...AT.V3 });
    for (let pause = 1; pause <= 5; pause++) {
      await clock.timer(2500, 2500);
      expect(connection.untaken).toEqual([]);
      clock.advance(2500);
    }
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId: 5, serviceId: 'SSH' });
  });

  it('ends a further connection alone where its dial fails (S9)', async () => {
    const { connection, local } = await destination({ dial: { tries: 1 } });
    connection.send({ type: STREAM_START, ...AT.V3 });
    const app = await local.accepted();
    local.server.close();
    connection.send({ type: CONNECTION_START, ...AT.V3, connectionId: 2 });
    expect(await connection.next()).toMatchObject({ type: CONNECTION_RESET, streamId: 5, connectionId: 2 });
    connection.send({ type: DATA, ...AT.V3, payload: Buffer.from('alive') });
    expect((await app.bytes(5)).toString()).toBe('alive');
  });

  it('gives up a dial whose stream was reset before any data', async () => {
    const clock = new ManualClock();
    const { connection } = await destination({ services: await unusedPort(), clock, pingIntervalMs: 0 });
    connection.send({ type: STREAM_START, ...AT.V3 });
    await clock.timer(2500, 2500);
    connection.send({ type: STREAM_RESET, ...AT.V3 }, { type: STREAM_START, streamId: 6, serviceId: 'XYZ' });
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId: 6 });
    expect(clock.delays).toEqual([]);
  });

  it('replaces a stream; the new one works, the old application ends (S5)', async () => {
    const { connection, local } = await destination();
    connection.send({ type: STREAM_START, ...AT.V3 });
    const old = await local.accepted();
    connection.send({ type: STREAM_START, ...AT.V3, streamId: 6 });
    const app = await local.accepted();
    await within(old.ended, 'the end of the old application');
    connection.send({ type: DATA, ...AT.V3, payload: Buffer.from('stale') });
    connection.send({ type: DATA, ...AT.V3, streamId: 6, payload: Buffer.from('fresh') });
    expect((await app.bytes(5)).toString()).toBe('fresh');
    old.socket.end('unheard');
    app.socket.write('heard');
    expect((await connection.data(5)).toString()).toBe('heard');
  });

  it('does not start without an address for each service (S2)', async () => {
    const service = kept(await StandInService.start(['SSH', 'HTTP']));
    const starting = startDestinationProxy({
      endpoint: service.endpoint,
      accessToken: TOKEN,
      services: 'SSH=22',
    });
    await expect(within(starting, 'the refusal')).rejects.toMatchObject({
      code: 'SERVICE_MISMATCH',
      message: expect.stringContaining('HTTP=PORT'),
    });
  });

  it('starts with a mapping that knows more services than the tunnel (S2)', async () => {
    const { proxy } = await destination({ services: 'SSH=22,HTTP=80' });
    expect([...proxy.services.keys()]).toEqual(['SSH']);
  });
});
