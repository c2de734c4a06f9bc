import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdvanceableClock, type ServiceEvent } from '../../src/mock-service/index.js';
import { FRAMES, type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { closeBytes, type RawClient, rawFrame } from '../support/raw-websocket.js';

const { v1Start, v1Hello, v2Start, v2Hello, v3Start, v3Hello } = FRAMES;

/** A DATA frame of V3 with so many bytes of payload, on the stream that `v3Start` starts. */
function v3Data(length: number): Buffer {
  const head = Buffer.concat([Buffer.from('0801100122', 'hex'), varint(length)]);
  const message = Buffer.concat([head, Buffer.alloc(length, 0x2a), Buffer.from('2a035353483801', 'hex')]);
  return Buffer.concat([Buffer.from([message.length >> 8, message.length & 0xff]), message]);
}

function varint(value: number): Buffer {
  const bytes = [];
  for (let rest = value; ; rest >>= 7) {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Buffer.from(bytes);
  }
}

describe('WebSocket frames between raw clients', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  it('W1: text is closed with 1003', async () => {
    const { source } = await raw.pair();
    source.write(rawFrame(1, 'hello'));
    expect(await source.closeFrame()).toEqual({ code: 1003, reason: expect.stringMatching(/^W1: /) });
  });

  it('W2: a frame of 131076 bytes passes, one of 131077 is closed with 1009 before its payload has come', async () => {
    const { source, destination } = await raw.pair();
    source.binary(v3Start);
    await destination.frame();
    const two = Buffer.concat([
      v3Data(64_512),
      v3Data(64_512),
      v3Data(131_076 - 2 * v3Data(64_512).length - v3Data(1000).length + 1000),
    ]);
    expect(two.length).toBe(131_076);
    source.binary(two);
    expect((await destination.frame()).payload.equals(two)).toBe(true);
    source.write(rawFrame(2, Buffer.alloc(131_077)).subarray(0, 14));
    expect(await source.closeFrame()).toEqual({ code: 1009, reason: expect.stringMatching(/^W2: .*131077/) });
  });

  it('W2: a fragmented message may be longer than a frame', async () => {
    const { source, destination } = await raw.pair();
    const bytes = Buffer.concat([v3Start, ...Array.from({ length: 10 }, () => v3Data(60_000))]);
    for (let at = 0; at < bytes.length; at += 100_000) {
      const fin = at + 100_000 >= bytes.length;
      source.write(rawFrame(at === 0 ? 2 : 0, bytes.subarray(at, at + 100_000), { fin }));
    }
    expect((await destination.bytes(bytes.length)).bytes.equals(bytes)).toBe(true);
  });

  it('W3: a ping is answered with its payload, an unsolicited pong is ignored, inside a fragmented message too', async () => {
    const { source, destination } = await raw.pair();
    source.write(rawFrame(10, 'nobody asked'));
    source.write(rawFrame(2, v3Start.subarray(0, 5), { fin: false }));
    source.write(rawFrame(9, 'x'.repeat(125)));
    source.write(rawFrame(0, v3Start.subarray(5)));
    expect(await source.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('x'.repeat(125)) });
    expect((await destination.bytes(v3Start.length)).bytes).toEqual(v3Start);
  });

  it('sends frames that are neither masked nor reserved nor fragmented', async () => {
    const { source, destination } = await raw.pair();
    source.binary(Buffer.concat([v3Start, v3Data(64_512)]));
    expect(await destination.frame()).toMatchObject({ fin: true, reserved: 0, masked: false, opcode: 2 });
  });

  it.each<[string, Buffer, number]>([
    ['an unmasked frame', rawFrame(2, 'x', { masked: false }), 1002],
    ['reserved bits', rawFrame(2, 'x', { reserved: 1 }), 1002],
    ['a reserved opcode', rawFrame(5, 'x'), 1002],
    ['a continuation of nothing', rawFrame(0, 'x'), 1002],
    ['a fragmented ping', rawFrame(9, 'x', { fin: false }), 1002],
    ['a close frame with bad UTF-8', rawFrame(8, Buffer.from([3, 232, 0xc0])), 1007],
  ])('W6: %s fails the connection', async (_name, bytes, code) => {
    const { source } = await raw.pair();
    source.write(bytes);
    expect((await source.closeFrame()).code).toBe(code);
    await source.end();
  });

  it('W6: a close frame is answered with its code and reason, then TCP ends', async () => {
    const { source, tunnel } = await raw.pair();
    source.write(rawFrame(8, closeBytes(4321, 'had enough')));
    expect(await source.closeFrame()).toEqual({ code: 4321, reason: 'had enough' });
    await source.end();
    expect(raw.service.tunnels.get(tunnel.id)?.sideState('source').status).toBe('DISCONNECTED');
  });

  it('W6: a close frame without code is answered without code', async () => {
    const { source } = await raw.pair();
    source.write(rawFrame(8));
    expect(await source.closeFrame()).toEqual({ code: 1005, reason: '' });
    await source.end();
  });

  it.each<[string, (source: RawClient) => void]>([
    ['FIN', (source) => source.socket.end()],
    ['a reset', (source) => source.socket.resetAndDestroy()],
  ])('a connection that ends with %s is lost with 1006', async (_name, end) => {
    const { source, tunnel } = await raw.pair();
    const lost = new Promise<ServiceEvent<'side-lost'>>((resolve) => {
      raw.service.on('side-lost', (event) => event.tunnelId === tunnel.id && resolve(event));
    });
    end(source);
    expect(await lost).toMatchObject({ side: 'source', code: 1006 });
  });

  it('half a frame of a client that is lost never reaches its peer; whole ones before it do', async () => {
    const { source, destination, tunnel } = await raw.pair();
    source.write(rawFrame(2, Buffer.concat([v3Start, v3Hello, v3Hello.subarray(0, 9)])).subarray(0, -3));
    source.socket.end();
    expect((await destination.bytes(v3Start.length + v3Hello.length)).bytes).toEqual(
      Buffer.concat([v3Start, v3Hello]),
    );
    raw.service.closeTunnel(tunnel.id);
    expect(await destination.frame()).toMatchObject({ opcode: 8 });
  });

  it.each([
    ['whole', (bytes: Buffer) => [rawFrame(2, bytes)]],
    ['one byte a message', (bytes: Buffer) => [...bytes].map((byte) => rawFrame(2, Buffer.from([byte])))],
    [
      'one byte a fragment',
      (bytes: Buffer) =>
        [...bytes].map((byte, i) =>
          rawFrame(i === 0 ? 2 : 0, Buffer.from([byte]), { fin: i === bytes.length - 1 }),
        ),
    ],
    [
      'empty messages between',
      (bytes: Buffer) => [
        rawFrame(2),
        rawFrame(2, bytes.subarray(0, 3)),
        rawFrame(2),
        rawFrame(2, bytes.subarray(3)),
        rawFrame(2),
      ],
    ],
  ])('W4: boundaries mean nothing, in any version: %s', async (_name, layOut) => {
    for (const [subprotocol, bytes] of [
      ['aws.iot.securetunneling-1.0', Buffer.concat([v1Start, v1Hello])],
      ['aws.iot.securetunneling-2.0', Buffer.concat([v2Start, v2Hello])],
      ['aws.iot.securetunneling-3.0', Buffer.concat([v3Start, v3Hello, v3Data(300)])],
    ] as const) {
      const { source, destination } = await raw.pair({ source: subprotocol });
      source.write(Buffer.concat(layOut(bytes)));
      expect((await destination.bytes(bytes.length)).bytes).toEqual(bytes);
    }
  });

  it('S1: SERVICE_IDS come first on 2.0 and 3.0, and never on 1.0', async () => {
    const { sourceAccessToken, destinationAccessToken } = raw.service.openTunnel({ services: ['SSH'] });
    const second = await raw.open({
      side: 'source',
      token: sourceAccessToken,
      subprotocol: 'aws.iot.securetunneling-2.0',
    });
    expect((await second.frame()).payload).toEqual(FRAMES.serviceIds);
    const first = await raw.open({
      side: 'destination',
      token: destinationAccessToken,
      subprotocol: 'aws.iot.securetunneling-1.0',
    });
    second.binary(v2Start);
    expect((await first.frame()).payload).toEqual(v2Start);
  });
});

describe('the close handshake', () => {
  it('comes with the end of the tunnel (S16); TCP is dropped where the client does not answer in time', async () => {
    const clock = new AdvanceableClock({ frozen: true });
    const raw = await startForRaw({ clock });
    const { source, destination, tunnel } = await raw.pair();
    raw.service.closeTunnel(tunnel.id);
    expect(await source.closeFrame()).toEqual({ code: 1000, reason: 'Tunnel is closed' });
    expect(await destination.closeFrame()).toEqual({ code: 1000, reason: 'Tunnel is closed' });
    destination.write(rawFrame(8, closeBytes(1000)));
    await destination.end();
    clock.advance(1999);
    source.write(rawFrame(9, 'still there?'));
    clock.advance(1);
    await source.end();
    await raw.stop();
  });
});
