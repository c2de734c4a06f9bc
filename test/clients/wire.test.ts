import { describe, expect, it } from 'vitest';
import { encodeFrame, encodeFrames, MessageType, message } from '../../src/protocol/index.js';
import { within } from '../support/within.js';
import { application } from './support/applications.js';
import type { ScriptedConnection } from './support/stand-in-service.js';
import { destination, source } from './support/started.js';

const { DATA, STREAM_START, STREAM_RESET } = MessageType;
const AT = { streamId: 5, serviceId: 'SSH', connectionId: 1 };
const data = (text: string) => message({ type: DATA, ...AT, payload: Buffer.from(text) });

/** Ways in which the same bytes can arrive (W4). */
const ARRIVALS: Readonly<Record<string, (connection: ScriptedConnection, bytes: Buffer) => void>> = {
  'as one message': (connection, bytes) => connection.sendRaw(bytes),
  'one byte at a time': (connection, bytes) => {
    for (const byte of bytes) connection.sendRaw(Buffer.of(byte));
  },
  'cut in each length': (connection, bytes) => {
    connection.sendRaw(bytes.subarray(0, 1));
    connection.sendRaw(bytes.subarray(1));
  },
  'with empty messages between': (connection, bytes) => {
    connection.sendRaw(Buffer.alloc(0));
    connection.sendRaw(bytes.subarray(0, 9));
    connection.sendRaw(Buffer.alloc(0));
    connection.sendRaw(bytes.subarray(9));
  },
  'as continuation frames with pings between': ({ webSocket }, bytes) => {
    for (let at = 0; at < bytes.length; at++) {
      webSocket.send(bytes.subarray(at, at + 1), { fin: at === bytes.length - 1 });
      if (at % 7 === 0) webSocket.ping('between');
    }
  },
};

describe('bytes from the service', () => {
  for (const [name, send] of Object.entries(ARRIVALS)) {
    it(`are understood ${name} (W4)`, async () => {
      const { connection, local } = await destination();
      const start = message({ type: STREAM_START, ...AT });
      send(connection, Buffer.from(encodeFrames([start, data('one '), data('two '), data('three')])));
      expect((await (await local.accepted()).bytes(13)).toString()).toBe('one two three');
    });
  }

  it('may come in a message far longer than one frame may be (W2)', async () => {
    const { connection, local } = await destination();
    connection.send({ type: STREAM_START, ...AT });
    const app = await local.accepted();
    const payload = Buffer.alloc(60_000, 'x');
    const frame = Buffer.from(encodeFrame(message({ type: DATA, ...AT, payload })));
    const all = Buffer.concat(Array.from({ length: 20 }, () => frame));
    for (let at = 0; at < all.length; at += 100_000) {
      connection.webSocket.send(all.subarray(at, at + 100_000), { fin: at + 100_000 >= all.length });
    }
    expect((await app.bytes(1_200_000)).length).toBe(1_200_000);
  });

  it('are not data where they are text: the WebSocket is closed and made anew (W1)', async () => {
    const { service, connection, local } = await destination();
    connection.send({ type: STREAM_START, ...AT });
    const app = await local.accepted();
    connection.webSocket.send(encodeFrame(data('text')), { binary: false });
    connection.send(data('after'));
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1003 });
    await within(app.ended, 'the end of the application');
    expect(app.received.length).toBe(0);
    const again = await service.connection(1);
    again.send({ type: STREAM_START, ...AT }, data('anew'));
    expect((await (await local.accepted()).bytes(4)).toString()).toBe('anew');
  });

  it('that do not parse end the stream, and the client goes on (M11)', async () => {
    const { connection, local } = await destination();
    connection.send({ type: STREAM_START, ...AT });
    const app = await local.accepted();
    connection.sendRaw(Buffer.from('0003ffffff', 'hex'));
    expect(await connection.next()).toMatchObject({ type: STREAM_RESET, streamId: 5, serviceId: 'SSH' });
    await within(app.ended, 'the end of the application');
    connection.send({ type: STREAM_START, ...AT, streamId: 6 });
    await local.accepted();
  });

  it('that never parse again close the WebSocket, which is made anew', async () => {
    const { service, connection } = await destination();
    connection.sendRaw(Buffer.concat(Array.from({ length: 8 }, () => Buffer.from('0003ffffff', 'hex'))));
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1002 });
    await service.connection(1);
  });

  it('with fields outside the schema are read as if they had none', async () => {
    const { connection, local } = await destination();
    const start = Buffer.from(encodeFrame(message({ type: STREAM_START, ...AT })));
    const extended = Buffer.concat([start, Buffer.from('980601', 'hex')]);
    extended.writeUInt16BE(extended.length - 2, 0);
    connection.sendRaw(extended);
    await local.accepted();
  });

  it('cut off by a lost connection leave nothing behind (S13)', async () => {
    const { service, connection, local } = await destination();
    connection.send({ type: STREAM_START, ...AT });
    const app = await local.accepted();
    connection.send(data('whole'));
    connection.sendRaw(Buffer.from(encodeFrame(data('halved'))).subarray(0, 12));
    await app.bytes(5);
    connection.socket.destroy();
    await within(app.ended, 'the end of the application');
    expect(app.received.toString()).toBe('whole');
    const again = await service.connection(1);
    again.send(data('stale'), { type: STREAM_START, ...AT }, data('anew'));
    expect((await (await local.accepted()).bytes(4)).toString()).toBe('anew');
  });

  it('that break WebSocket itself fail the connection, and the client goes on (W6)', async () => {
    const { service, connection } = await destination();
    connection.socket.write(Buffer.from('c203aabbcc', 'hex'));
    expect(await within(connection.closed, 'the close')).toMatchObject({ code: 1002 });
    await service.connection(1);
  });
});

describe('pings', () => {
  it('are sent at once and then at the interval, with the time as payload', async () => {
    const { connection } = await source({ pingIntervalMs: 5 });
    expect(await connection.ping()).toMatch(/^\d+$/);
    expect(await connection.ping()).toMatch(/^\d+$/);
  });

  it('of the service are answered once each, and its unsolicited pongs ignored (W3)', async () => {
    const { connection, port } = await source({ pingIntervalMs: 0 });
    connection.webSocket.pong('unasked');
    connection.webSocket.pong();
    connection.webSocket.ping('first');
    connection.webSocket.ping('second');
    expect([await connection.pong(), await connection.pong()]).toEqual(['first', 'second']);
    await application(port);
    expect((await connection.next()).type).toBe(STREAM_START);
    expect(connection.pongs).toEqual([]);
  });

  it('in a flood are answered and do not end the session (W3, S17)', async () => {
    const { connection, port } = await source({ pingIntervalMs: 0 });
    const pings = Array.from({ length: 1000 }, (_, i) => `ping ${i}`);
    for (const ping of pings) connection.webSocket.ping(ping);
    for (const ping of pings) expect(await connection.pong()).toBe(ping);
    await application(port);
    expect((await connection.next()).type).toBe(STREAM_START);
  });
});

describe('messages to the service', () => {
  it('have at most 64512 bytes of payload and WebSocket frames of at most 131076 (M3, W2)', async () => {
    const { connection, port } = await source();
    const frames: number[] = [];
    connection.webSocket.on('message', (bytes: Buffer) => frames.push(bytes.length));
    const app = await application(port);
    const sent = Buffer.alloc(3_000_000, 'tunnel');
    app.socket.write(sent);
    expect((await connection.next()).type).toBe(STREAM_START);
    expect((await connection.data(sent.length)).equals(sent)).toBe(true);
    expect(Math.max(...frames)).toBeLessThanOrEqual(131_076);
    expect(Math.max(...connection.messages.map(({ payload }) => payload.length))).toBeLessThanOrEqual(64_512);
  });
});
