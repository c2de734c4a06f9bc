import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServiceError, type ServiceEvent, type Stage } from '../../src/mock-service/index.js';
import { FRAMES, type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { closeBytes, rawFrame, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';

const { v2Start, v2Hello, v2Reset, serviceIds, sessionReset } = FRAMES;

describe('a session, told what to do', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  async function pair() {
    const pair = await raw.pair();
    const toSource = raw.service.session(pair.tunnel.id, 'source')!;
    const toDestination = raw.service.session(pair.tunnel.id, 'destination')!;
    return { ...pair, toSource, toDestination };
  }

  it('injects messages, SERVICE_IDS and SESSION_RESET (S12)', async () => {
    const { destination, toDestination } = await pair();
    toDestination.inject({ type: 3, streamId: 1, serviceId: 'SSH' });
    toDestination.sendServiceIds();
    toDestination.sendServiceIds(['HTTP']);
    toDestination.resetSession();
    expect((await destination.frame()).payload).toEqual(v2Reset);
    expect((await destination.frame()).payload).toEqual(serviceIds);
    expect((await destination.frame()).payload.toString('hex')).toBe('000808053204' + '48545450');
    expect((await destination.frame()).payload).toEqual(sessionReset);
  });

  it('injects any bytes, inside and across messages', async () => {
    const { source, toSource } = await pair();
    toSource.injectBytes(Buffer.from('abcdefgh'), { messageSizes: [0, 1, 3] });
    const messages = [];
    for (let i = 0; i < 5; i++) messages.push((await source.frame()).payload.toString());
    expect(messages).toEqual(['', 'a', 'bcd', 'efg', 'h']);
    toSource.injectBytes(Buffer.alloc(200_000));
    expect((await source.bytes(200_000)).messages.map((message) => message.length)).toEqual([
      131_076, 68_924,
    ]);
  });

  it('sends text, pings, and bytes that are no WebSocket', async () => {
    const { source, toSource } = await pair();
    toSource.sendText('hé');
    toSource.ping(Buffer.from('p'));
    toSource.writeRaw(Buffer.from('f301ff', 'hex'));
    expect(await source.frame()).toMatchObject({ opcode: 1, payload: Buffer.from('hé') });
    expect(await source.frame()).toMatchObject({ opcode: 9, payload: Buffer.from('p') });
    expect(await source.frame()).toMatchObject({ opcode: 3, reserved: 7, payload: Buffer.from([0xff]) });
  });

  it('closes with any code and a reason of at most 123 bytes', async () => {
    const { source, toSource, tunnel } = await pair();
    toSource.close(4000, 'é'.repeat(100));
    expect(await source.closeFrame()).toEqual({ code: 4000, reason: 'é'.repeat(61) });
    expect(raw.service.tunnels.get(tunnel.id)?.sideState('source').status).toBe('DISCONNECTED');
    source.write(rawFrame(8, closeBytes(4000)));
    await source.end();
  });

  it('drops TCP with a reset', async () => {
    const { source, toSource } = await pair();
    toSource.drop();
    await source.end();
    expect(source.error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('stops answering pings, and stops reading', async () => {
    const { source, destination, toSource } = await pair();
    toSource.answerPings(false);
    source.write(rawFrame(9, 'unanswered'));
    source.binary(v2Start);
    expect((await destination.frame()).payload).toEqual(v2Start);
    toSource.answerPings(true);
    toSource.stopReading();
    source.write(rawFrame(9, 'later'));
    toSource.sendText('first');
    expect((await source.frame()).opcode).toBe(1);
    toSource.resumeReading();
    expect(await source.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('later') });
  });

  it('holds what is relayed and releases it in order, message ends included', async () => {
    const { source, destination, toSource, toDestination } = await pair();
    toDestination.hold();
    source.binary(Buffer.concat([v2Start, v2Hello]));
    source.binary(v2Hello);
    await toSource.next({ type: 'DATA' });
    await toSource.next({ type: 'DATA' });
    toDestination.sendText('meanwhile');
    expect((await destination.frame()).opcode).toBe(1);
    toDestination.release();
    expect((await destination.frame()).payload).toEqual(Buffer.concat([v2Start, v2Hello]));
    expect((await destination.frame()).payload).toEqual(v2Hello);
  });

  it('changes re-framing from now on', async () => {
    const { source, destination, toDestination } = await pair();
    toDestination.setReframing({ mode: 'one-per-message' });
    source.binary(Buffer.concat([v2Start, v2Hello]));
    expect((await destination.frame()).payload).toEqual(v2Start);
    expect((await destination.frame()).payload).toEqual(v2Hello);
    toDestination.setReframing({ mode: 'split', sizes: [7] });
    source.binary(v2Hello);
    expect((await destination.frame()).payload).toEqual(v2Hello.subarray(0, 7));
  });

  it('puts something between its frames and the wire', async () => {
    const { source, toSource } = await pair();
    const seen: number[] = [];
    toSource.interceptWire((bytes, write) => {
      seen.push(bytes.length);
      for (const byte of bytes) write(Buffer.from([byte]));
    });
    toSource.sendText('x');
    expect(await source.frame()).toMatchObject({ opcode: 1, payload: Buffer.from('x') });
    expect(seen).toEqual([3]);
  });

  it('shows what it received, and waits for what is still to come', async () => {
    const { source, toSource } = await pair();
    const coming = toSource.next({ type: 'DATA', streamId: 1, serviceId: 'SSH' });
    source.binary(Buffer.concat([v2Start, v2Hello, v2Hello]));
    expect((await coming).index).toBe(1);
    expect((await toSource.next((message) => message.payload.length === 5)).index).toBe(2);
    expect(toSource.received.map(({ frame }) => Buffer.from(frame))).toEqual([v2Start, v2Hello, v2Hello]);
    await expect(toSource.next({}, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'TIMEOUT' });
    const never = toSource.next();
    source.destroy();
    await expect(never).rejects.toBeInstanceOf(ServiceError);
  });

  it('frames pass through stages in order; one that goes hands on what it holds', async () => {
    const { source, destination, tunnel, toSource } = await pair();
    const link = raw.service.link(tunnel.id, 'destination');
    const held: Buffer[] = [];
    const holding: Stage = {
      get heldBytes() {
        return held.reduce((sum, frame) => sum + frame.length, 0);
      },
      frame: (frame) => void held.push(frame),
      flush: (passOn) => held.splice(0).forEach(passOn),
      discard: () => void held.splice(0),
    };
    const doubling: Stage = {
      heldBytes: 0,
      frame(frame, passOn) {
        passOn(frame);
        passOn(frame);
      },
      flush() {},
      discard() {},
    };
    link.addStage(holding);
    link.addStage(doubling);
    source.binary(Buffer.concat([v2Start, v2Hello]));
    await toSource.next({ type: 'DATA' });
    link.removeStage(holding);
    for (const frame of [v2Start, v2Start, v2Hello, v2Hello]) {
      expect((await destination.frame()).payload).toEqual(frame);
    }
    link.removeStage(doubling);
    source.binary(v2Hello);
    expect((await destination.frame()).payload).toEqual(v2Hello);
  });
});

describe('a handshake, told what to do', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  async function shake(side = 'source', tunnel = raw.service.openTunnel({ services: ['SSH'] })) {
    const client = await raw.connect();
    const token = side === 'source' ? tunnel.sourceAccessToken : tunnel.destinationAccessToken;
    client.write(
      upgradeRequest(`/tunnel?local-proxy-mode=${side}`, [
        ...UPGRADE_HEADERS,
        ['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-2.0'],
        ['access-token', token],
      ]),
    );
    return { client, tunnel };
  }

  it('answers a status n times, then normally, and the token is not spent (H8)', async () => {
    raw.service.scriptHandshake({ status: 503, headers: { 'retry-after': '1' }, body: 'busy', times: 2 });
    const { client, tunnel } = await shake();
    const answer = await client.answer();
    expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([503, 'busy', '1']);
    expect((await (await shake('source', tunnel)).client.answer()).status).toBe(503);
    expect((await (await shake('source', tunnel)).client.answer()).status).toBe(101);
  });

  it('applies to one side of one tunnel only, where so told', async () => {
    const tunnel = raw.service.openTunnel();
    const remove = raw.service.scriptHandshake({
      tunnelId: tunnel.tunnel.id,
      side: 'destination',
      status: 500,
    });
    expect((await (await shake()).client.answer()).status).toBe(101);
    expect((await (await shake('source', tunnel)).client.answer()).status).toBe(101);
    remove();
    expect((await (await shake('destination', tunnel)).client.answer()).status).toBe(101);
  });

  it('drops after the request, and after the 101', async () => {
    raw.service.scriptHandshake({ drop: 'after-request' });
    const { client } = await shake();
    await client.end();
    raw.service.scriptHandshake({ drop: 'after-accept' });
    const second = await shake();
    expect((await second.client.answer()).status).toBe(101);
    await second.client.end();
  });

  it('answers another subprotocol, channel-id or accept key, or none', async () => {
    raw.service.scriptHandshake({ subprotocol: 'chat', channelId: 'mine', acceptKey: 'wrong' });
    const other = await (await shake()).client.answer();
    expect(other.status).toBe(101);
    expect(other.headers.get('sec-websocket-protocol')).toBe('chat');
    expect(other.headers.get('channel-id')).toBe('mine');
    expect(other.headers.get('sec-websocket-accept')).toBe('wrong');
    raw.service.scriptHandshake({ subprotocol: null, channelId: null, serviceIds: null });
    const { client, tunnel } = await shake();
    const none = await client.answer();
    expect(none.headers.has('sec-websocket-protocol')).toBe(false);
    expect(none.headers.has('channel-id')).toBe(false);
    (await raw.service.connected(tunnel.tunnel.id, 'source')).sendText('the first thing sent');
    expect((await client.frame()).opcode).toBe(1);
  });

  it('waits on the clock, then decides anew', async () => {
    raw.service.scriptHandshake({ delayMs: 60_000 });
    const opened = raw.service.openTunnel({ services: ['SSH'] });
    const rejected = new Promise<ServiceEvent<'handshake-rejected'>>((resolve) => {
      raw.service.on('handshake-rejected', resolve);
    });
    const { client } = await shake('source', opened);
    const { client: second } = await shake('source', opened);
    expect((await second.answer()).status).toBe(101);
    raw.service.clock.advance(60_000);
    expect(await client.answer()).toMatchObject({
      status: 400,
      body: expect.stringContaining('previously used'),
    });
    expect((await rejected).rule).toBe('H8');
  });
});
