import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MessageType } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { application } from './support/applications.js';
import { ManualClock } from './support/manual-clock.js';
import { destination, source } from './support/started.js';

const { DATA, CONNECTION_RESET, STREAM_RESET } = MessageType;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('the end of an application', () => {
  it('is told after everything that was read from it', async () => {
    const { connection, port } = await source();
    const app = await application(port);
    const sent = randomBytes(5_000_000);
    app.socket.end(sent);
    await connection.next();
    expect(sha256(await connection.data(sent.length))).toBe(sha256(sent));
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
  });

  it('is told on a machine whose timers are always late', async () => {
    const clock = new ManualClock();
    const lateMs = 100;
    const busy = {
      now: () => clock.now(),
      after: (ms: number, run: () => void) => clock.after(ms + lateMs, run),
    };
    const { connection, port } = await source({ clock: busy, pingIntervalMs: 0, halfCloseQuietMs: 250 });
    const app = await application(port);
    app.socket.end('request');
    await connection.next();
    await connection.data(7);
    for (let late = 1; late <= 5; late++) {
      expect(connection.untaken).toEqual([]);
      clock.advance(await clock.timer(350, 350));
    }
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
  });

  it('of sending alone is held back while the answer arrives, and told when it was quiet', async () => {
    const clock = new ManualClock();
    const { connection, port } = await source({ clock, pingIntervalMs: 0 });
    const app = await application(port);
    app.socket.end('request');
    const { streamId } = await connection.next();
    await connection.data(7);
    const answer = (text: string): void =>
      connection.send({
        type: DATA,
        streamId,
        serviceId: 'SSH',
        connectionId: 1,
        payload: Buffer.from(text),
      });
    await clock.timer(250, 250);
    answer('first ');
    await app.bytes(6);
    clock.advance(200);
    answer('second');
    await app.bytes(12);
    clock.advance(200);
    expect(connection.untaken).toEqual([]);
    expect(await clock.timer(50, 50)).toBe(50);
    clock.advance(50);
    expect(await connection.next()).toMatchObject({ type: CONNECTION_RESET, streamId, connectionId: 1 });
    await within(app.ended, 'the end');
    expect(app.received.toString()).toBe('first second');
  });

  it('of sending is told at once where no half-close is wanted', async () => {
    const clock = new ManualClock();
    const { connection, port } = await source({ clock, pingIntervalMs: 0, halfCloseQuietMs: 0 });
    (await application(port)).socket.end('request');
    await connection.next();
    await connection.data(7);
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
  });

  it('by a TCP reset is told at once', async () => {
    const clock = new ManualClock();
    const { connection, port } = await source({ clock, pingIntervalMs: 0, format: 'V2' });
    const app = await application(port);
    const { streamId } = await connection.next();
    app.socket.resetAndDestroy();
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId });
  });
});

describe('the end of a connection by the peer', () => {
  it('comes after all that was received before it, to a slow application too (S8)', async () => {
    const { connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    app.socket.pause();
    const sent = randomBytes(6_000_000);
    const address = { streamId, serviceId: 'SSH', connectionId: 1 };
    for (let at = 0; at < sent.length; at += 60_000) {
      connection.send({ type: DATA, ...address, payload: sent.subarray(at, at + 60_000) });
    }
    connection.send({ type: STREAM_RESET, ...address });
    app.socket.resume();
    await within(app.ended, 'the end');
    expect(sha256(app.received)).toBe(sha256(sent));
    expect(app.error).toBeUndefined();
  });

  it('drops the socket of an application that never closes, in the end', async () => {
    const clock = new ManualClock();
    const { proxy, connection, port } = await source({ clock, pingIntervalMs: 0 });
    const released = new Promise<void>((resolve) => proxy.on('released', () => resolve()));
    await application(port);
    const { streamId } = await connection.next();
    connection.send({ type: STREAM_RESET, streamId, serviceId: 'SSH' });
    clock.advance(await clock.timer(2000, 2000));
    await within(released, 'the release');
  });

  it('drops an application that reads nothing at all, in the end (S17)', async () => {
    const clock = new ManualClock();
    const { proxy, connection, port } = await source({
      clock,
      pingIntervalMs: 0,
      maxQueuedBytes: 100_000_000,
    });
    const released = new Promise<void>((resolve) => proxy.on('released', () => resolve()));
    const app = await application(port);
    app.socket.pause();
    const { streamId } = await connection.next();
    const address = { streamId, serviceId: 'SSH', connectionId: 1 };
    for (let count = 0; count < 300; count++) {
      connection.send({ type: DATA, ...address, payload: Buffer.alloc(60_000) });
    }
    connection.send({ type: STREAM_RESET, ...address });
    await clock.timer(10_000, 10_000);
    clock.advance(10_000);
    // The socket's last progress may have been counted by then.
    if (clock.delays.includes(10_000)) clock.advance(10_000);
    await within(released, 'the release');
  });
});

describe('back-pressure', () => {
  it('stops reading from the tunnel when an application is slow, and loses nothing', async () => {
    const { connection, port } = await source({ maxQueuedBytes: 100_000 });
    const app = await application(port);
    app.socket.pause();
    const { streamId } = await connection.next();
    const sent = randomBytes(40_000_000);
    for (let at = 0; at < sent.length; at += 60_000) {
      const payload = sent.subarray(at, at + 60_000);
      connection.send({ type: DATA, streamId, serviceId: 'SSH', connectionId: 1, payload });
    }
    // A ping is answered in order: none before the application reads, for the tunnel is not read.
    connection.webSocket.ping('fence');
    expect(connection.pongs).toEqual([]);
    app.socket.resume();
    expect(sha256(await app.bytes(sent.length))).toBe(sha256(sent));
    expect(await connection.pong()).toBe('fence');
  });

  it('stops reading from an application when the tunnel is slow, and loses nothing', async () => {
    const { connection, local } = await destination();
    connection.send({ type: MessageType.STREAM_START, streamId: 5, serviceId: 'SSH', connectionId: 1 });
    const app = await local.accepted();
    connection.webSocket.pause();
    const sent = randomBytes(40_000_000);
    let written = false;
    app.socket.write(sent, () => {
      written = true;
    });
    await new Promise<void>((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    connection.webSocket.resume();
    expect(sha256(await connection.data(sent.length))).toBe(sha256(sent));
  });
});

describe('both directions at once', () => {
  it('carry their bytes unharmed, each side ending its sending when it is done', async () => {
    const { connection, port } = await source();
    const app = await application(port);
    const { streamId } = await connection.next();
    const address = { streamId, serviceId: 'SSH', connectionId: 1 };
    const up = randomBytes(1_000_000);
    const down = randomBytes(8_000_000);
    app.socket.end(up);
    for (let at = 0; at < down.length; at += 64_000) {
      connection.send({ type: DATA, ...address, payload: down.subarray(at, at + 64_000) });
    }
    expect(sha256(await connection.data(up.length))).toBe(sha256(up));
    expect(sha256(await app.bytes(down.length))).toBe(sha256(down));
    expect((await connection.next()).type).toBe(CONNECTION_RESET);
  });
});
