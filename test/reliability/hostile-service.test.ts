import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { type ScriptedConnection, StandInService } from '../clients/support/stand-in-service.js';
import { kept } from '../clients/support/started.js';
import {
  LONGEST_STOP_MS,
  openListeners,
  peakMegabytes,
  residentMegabytes,
  stopTime,
} from './support/process.js';

/*
 * What a hostile service, or a hostile source behind an honest one, sends to our proxies: each runs as a process, and
 * has to be there afterwards, small, and obedient to SIGTERM.
 */

const { STREAM_START, STREAM_RESET, CONNECTION_START, DATA } = MessageType;
const SERVICE = 'SSH';

/** What a proxy may grow by while it is flooded, in megabytes. */
const MOST_GROWTH = 120;

interface Scene {
  readonly proxy: RunningProgram;
  readonly service: StandInService;
  readonly connection: ScriptedConnection;
}

async function destination(port: number, serviceIds: readonly string[] | null = [SERVICE]): Promise<Scene> {
  return scene('destination', ['-d', `${SERVICE}=${port}`], serviceIds);
}

async function scene(
  side: 'source' | 'destination',
  args: readonly string[],
  serviceIds: readonly string[] | null,
): Promise<Scene> {
  const service = kept(await StandInService.start(serviceIds));
  const proxy = kept(
    startCli([side, '-e', service.endpoint, '--json', ...args], {
      env: { AWSIOT_TUNNEL_ACCESS_TOKEN: 'some-token' },
    }),
  );
  const connection = await service.connection();
  return { service, proxy, connection };
}

/** A local service that accepts and, unless told otherwise, reads nothing. */
async function application(accept: (socket: Socket) => void = (socket) => socket.pause()): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    accept(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  kept({
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return (server.address() as { port: number }).port;
}

/** STREAM_START whose STREAM_RESET would not fit a frame: stream id -1 in five bytes, an id that fills the rest. */
function largestStart(): Buffer {
  const serviceId = Buffer.alloc(65_523, 'x');
  const body = Buffer.concat([
    Buffer.from([0x08, STREAM_START, 0x10, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x2a, 0xf3, 0xff, 0x03]),
    serviceId,
  ]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([length, body]);
}

/** Sends the same bytes again and again, reading nothing, until so much has been sent or the peer takes no more. */
async function flood(connection: ScriptedConnection, frame: Uint8Array, bytes: number): Promise<void> {
  connection.socket.pause();
  const count = Math.ceil(60_000 / frame.length);
  const chunk = Buffer.concat(Array.from({ length: count }, () => frame));
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    const written = new Promise<boolean>((resolve) => {
      connection.webSocket.send(chunk, (error) => resolve(error === undefined || error === null));
    });
    const stuck = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000));
    // The peer reads no more: that is its answer to a flood.
    if (!(await Promise.race([written, stuck]))) return;
  }
}

async function expectSmallAndObedient(proxy: RunningProgram, before: number): Promise<void> {
  expect(peakMegabytes(proxy.child.pid!) - before).toBeLessThan(MOST_GROWTH);
  const { ms, code } = await stopTime(proxy);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(LONGEST_STOP_MS);
}

describe('a destination proxy', () => {
  it('lives on after a STREAM_START whose refusal fits no frame (S17)', async () => {
    const port = await application();
    const { proxy, connection } = await destination(port);
    await proxy.event('ready');
    connection.sendRaw(largestStart());
    connection.send({ type: STREAM_START, streamId: 7, serviceId: 'NONE', connectionId: 1 });
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId: 7, serviceId: 'NONE' });
    await expectSmallAndObedient(proxy, residentMegabytes(proxy.child.pid!));
  });

  it('lives on after such a STREAM_START before any SERVICE_IDS', async () => {
    const port = await application();
    const { proxy, connection } = await scene('destination', ['-d', String(port)], null);
    connection.sendRaw(largestStart());
    connection.sendServiceIds([SERVICE]);
    await proxy.event('ready');
    await expectSmallAndObedient(proxy, residentMegabytes(proxy.child.pid!));
  });

  it.each([
    ['STREAM_START of a service that there is not', { type: STREAM_START, serviceId: 'NONE' }],
    ['STREAM_START of its service', { type: STREAM_START, serviceId: SERVICE }],
    ['CONNECTION_START without a stream', { type: CONNECTION_START, serviceId: SERVICE }],
  ])('stays small and obeys SIGTERM under a flood of %s that reads nothing', async (_what, fields) => {
    const port = await application();
    const { proxy, connection } = await destination(port);
    await proxy.event('ready');
    const before = residentMegabytes(proxy.child.pid!);
    const frame = encodeFrame(message({ streamId: 3, connectionId: 1, ...fields }));
    await flood(connection, frame, 48 * 1024 * 1024);
    await expectSmallAndObedient(proxy, before);
  });

  it('obeys SIGTERM within one long message of refusals', async () => {
    const port = await application();
    const { proxy, connection } = await destination(port);
    await proxy.event('ready');
    const frame = encodeFrame(message({ type: STREAM_START, streamId: 3, serviceId: 'NONE' }));
    const count = Math.floor((48 * 1024 * 1024) / frame.length);
    const bytes = Buffer.alloc(count * frame.length, frame);
    await new Promise((resolve) => connection.webSocket.send(bytes, resolve));
    await connection.next();
    const { ms, code } = await stopTime(proxy);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LONGEST_STOP_MS);
  });

  it('holds a bounded sum of bytes for applications that do not read', async () => {
    const port = await application();
    const { proxy, connection } = await destination(port);
    await proxy.event('ready');
    const before = residentMegabytes(proxy.child.pid!);
    const about = { streamId: 3, serviceId: SERVICE };
    connection.send({ type: STREAM_START, ...about, connectionId: 1 });
    // Each connection stays just under its own limit of 1 MiB.
    const payload = Buffer.alloc(60_000);
    for (let connectionId = 1; connectionId <= 400; connectionId++) {
      if (connectionId > 1) connection.send({ type: CONNECTION_START, ...about, connectionId });
      for (let i = 0; i < 16; i++) {
        connection.send({ type: DATA, ...about, connectionId, payload });
      }
      const flushed = new Promise<boolean>((resolve) => {
        connection.webSocket.ping('', true, () => resolve(true));
      });
      const stuck = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000));
      if (!(await Promise.race([flushed, stuck]))) break;
    }
    await expectSmallAndObedient(proxy, before);
  });
});

describe('a source proxy', () => {
  it('opens no more ports than services that a tunnel may have', async () => {
    const ids = Array.from({ length: 5000 }, (_, i) => `S${i}`);
    const { proxy } = await scene('source', [], ids);
    expect((await proxy.ended()).code).toBe(1);
    expect(proxy.stderr).toMatch(/5000 services/);
    expect(proxy.stderr).not.toMatch(/S4999/);
  });

  it('opens no more of them where SERVICE_IDS names others each time', async () => {
    const { proxy, connection } = await scene('source', [], [SERVICE]);
    await proxy.event('ready');
    for (let round = 0; round < 100; round++) {
      connection.sendServiceIds(Array.from({ length: 20 }, (_, i) => `S${round}-${i}`));
    }
    connection.webSocket.ping('all');
    expect(await connection.pong()).toBe('all');
    // What came before the ping has been acted on by the time the next SERVICE_IDS is.
    expect(openListeners(proxy.child.pid!)).toBeLessThan(100);
  });
});
