import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdvanceableClock, type ServiceEvent } from '../../src/mock-service/index.js';
import { FRAMES, type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { type RawClient, rawFrame } from '../support/raw-websocket.js';

const { v1Start, v1Hello, v2Start, v2Hello, v2Reset, v3Start, v3Hello } = FRAMES;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

/** What a client sends, the rule it breaks, and how the version's stream is started before. */
const OFFENCES: [rule: string, version: string, start: Buffer, offence: Buffer, by?: 'destination'][] = [
  ['M1', 'V1', v1Start, hex('0002 1001')],
  ['M1', 'V3', v3Start, hex('0002 1001')],
  ['M2', 'V1', v1Start, hex('0002 0801')],
  ['M2', 'V2', v2Start, hex('0007 0801 2a03535348')],
  ['M3', 'V1', v1Start, Buffer.concat([hex('fc09 0801 1001 22 81f803'), Buffer.alloc(64_513)])],
  ['M4', 'V2', v2Start, v2Start, 'destination'],
  ['M4', 'V3', v3Start, hex('000b 0806 1001 2a03535348 3802'), 'destination'],
  ['M5', 'V1', v1Start, hex('0002 0804')],
  ['M5', 'V2', v2Start, hex('0007 0805 3203535348'), 'destination'],
  ['M6', 'V1', v1Start, hex('0006 0801 1001 4001')],
  ['M7', 'V2', v2Start, hex('0009 0802 1002 2a03465450')],
  ['M8', 'V1', v1Start, v2Hello],
  ['M9', 'V2', v2Start, hex('0009 0801 1001 2a03465450')],
  ['M10', 'V3', v3Start, hex('0004 0809 1001')],
  ['M11', 'V1', v1Start, hex('0003 0801 10')],
];

describe('a broken MUST', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  const layouts: [string, (bytes: Buffer) => Buffer][] = [
    ['whole', (bytes) => rawFrame(2, bytes)],
    [
      'split',
      (bytes) =>
        Buffer.concat([
          rawFrame(2, bytes.subarray(0, 1)),
          rawFrame(2, bytes.subarray(1, 3)),
          rawFrame(2, bytes.subarray(3)),
        ]),
    ],
    ['merged', (bytes) => rawFrame(2, bytes)],
  ];
  it.each(
    OFFENCES.flatMap(([rule, version, start, offence, by]) =>
      layouts.map(([layout, layOut]) => ({ rule, version, layout, start, offence, by, layOut })),
    ),
  )('$rule in $version, $layout: closes the offender with 1008 and the rule', async (offenceCase) => {
    const { rule, version, layout, start, offence, by, layOut } = offenceCase;
    const subprotocol = `aws.iot.securetunneling-${version.slice(1)}.0`;
    const { source, destination } = await raw.pair({ source: subprotocol, destination: subprotocol });
    const [offender, victim] = by === 'destination' ? [destination, source] : [source, destination];
    const fair = version === 'V1' ? v1Hello : version === 'V2' ? v2Hello : v3Hello;
    source.binary(start);
    await destination.frame();
    // Merged: a fair frame before it in the same message is relayed, one behind it is not.
    const merged = layout === 'merged';
    offender.write(layOut(merged ? Buffer.concat([fair, offence, fair]) : offence));
    const { code, reason } = await offender.closeFrame();
    expect([code, reason.split(':')[0]]).toEqual([1008, rule]);
    if (merged) expect((await victim.bytes(fair.length)).bytes).toEqual(fair);
    victim.write(rawFrame(9, 'anything else?'));
    expect(await victim.frame()).toMatchObject({ opcode: 10 });
  });

  it('is told as an event, and the side counts as disconnected', async () => {
    const { source, tunnel } = await raw.pair();
    const broken = new Promise<ServiceEvent<'rule-broken'>>((resolve) => {
      raw.service.on('rule-broken', (event) => event.tunnelId === tunnel.id && resolve(event));
    });
    source.binary(hex('0002 0804'));
    expect(await broken).toMatchObject({ rule: 'M5', side: 'source', force: 'MUST', action: 'closed' });
    await source.closeFrame();
    expect(tunnel.sideState('source').status).toBe('DISCONNECTED');
  });
});

describe('enforcement', () => {
  it.each(['report', 'off'] as const)('%s: relays all the same', async (enforce) => {
    const raw = await startForRaw({ enforce });
    const told: string[] = [];
    raw.service.on('rule-broken', ({ rule, action }) => told.push(`${rule} ${action}`));
    const { source, destination } = await raw.pair();
    source.binary(Buffer.concat([v2Start, hex('0002 1001'), v2Hello]));
    source.write(rawFrame(1, 'text is never tunnel data'));
    source.binary(v2Hello);
    const all = Buffer.concat([v2Start, hex('0002 1001'), v2Hello, v2Hello]);
    expect((await destination.bytes(all.length)).bytes).toEqual(all);
    expect(told).toEqual(enforce === 'report' ? ['M1 reported', 'W1 reported'] : []);
    await raw.stop();
  });
});

describe('two sides of any versions', () => {
  const versions = ['1.0', '2.0', '3.0'];
  it.each(versions.flatMap((from) => versions.map((to) => [from, to] as const)))(
    'are relayed as they speak, nothing translated: %s with %s (X5)',
    async (from, to) => {
      const raw = await startForRaw();
      const { source, destination } = await raw.pair({
        source: `aws.iot.securetunneling-${from}`,
        destination: `aws.iot.securetunneling-${to}`,
      });
      const [start, hello] = {
        '1.0': [v1Start, v1Hello],
        '2.0': [v2Start, v2Hello],
        '3.0': [v3Start, v3Hello],
      }[from]!;
      source.binary(Buffer.concat([start!, hello!]));
      expect((await destination.frame()).payload).toEqual(Buffer.concat([start!, hello!]));
      // A V1 destination names no service, whatever it is sent (M8's exemption).
      const answer =
        to === '1.0' || from === '1.0' ? v1Hello : to === '2.0' || from === '2.0' ? v2Hello : v3Hello;
      destination.binary(answer);
      expect((await source.frame()).payload).toEqual(answer);
      await raw.stop();
    },
  );
});

describe('a side that is not connected', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  it('is answered for with STREAM_RESET, and nothing is queued for it', async () => {
    const { sourceAccessToken, destinationAccessToken } = raw.service.openTunnel({ services: ['SSH'] });
    const source = await raw.open({ side: 'source', token: sourceAccessToken });
    await source.frame();
    source.binary(Buffer.concat([v2Start, v2Hello, v2Hello]));
    expect((await source.frame()).payload).toEqual(v2Reset);
    source.write(rawFrame(9, 'once is enough'));
    expect((await source.frame()).opcode).toBe(10);
    const destination = await raw.open({ side: 'destination', token: destinationAccessToken });
    expect((await destination.frame()).payload).toEqual(FRAMES.serviceIds);
    source.binary(v2Start);
    expect((await destination.frame()).payload).toEqual(v2Start);
  });
});

describe('a side that is replaced (H12)', () => {
  const withClientToken: [string, string][] = [['client-token', 'c'.repeat(32)]];

  async function connected(raw: ServiceForRaw) {
    const { tunnel, ...tokens } = raw.service.openTunnel({ services: ['SSH'] });
    const open = async (side: string, token: string): Promise<RawClient> => {
      const client = await raw.open({ side, token, headers: [['client-token', `${side}-${tunnel.id}`]] });
      await client.frame();
      return client;
    };
    const source = () => open('source', tokens.sourceAccessToken);
    const destination = () => open('destination', tokens.destinationAccessToken);
    return { tunnel, source, destination };
  }

  it('is closed with 1008, and its peer is sent STREAM_RESET (S15)', async () => {
    const raw = await startForRaw();
    for (const replacedSide of ['source', 'destination'] as const) {
      const sides = await connected(raw);
      const clients = { source: await sides.source(), destination: await sides.destination() };
      clients.source.binary(v2Start);
      expect((await clients.destination.frame()).payload).toEqual(v2Start);
      await sides[replacedSide]();
      const replaced = clients[replacedSide];
      const peer = clients[replacedSide === 'source' ? 'destination' : 'source'];
      expect(await replaced.closeFrame()).toEqual({
        code: 1008,
        reason: 'Connection is replaced by another connection',
      });
      expect((await peer.frame()).payload).toEqual(v2Reset);
      expect(sides.tunnel.streams.liveStreams()).toEqual([]);
    }
    await raw.stop();
  });

  it.each([
    ['replaced', false],
    ['lost', true],
  ] as const)(
    'when only lost, with resetOnPeerLoss %s: STREAM_RESET is %s',
    async (resetOnPeerLoss, told) => {
      const raw = await startForRaw({ resetOnPeerLoss });
      const { source, destination, tunnel } = await raw.pair();
      source.binary(v2Start);
      await destination.frame();
      const gone = new Promise<void>((resolve) => void raw.service.on('side-lost', () => resolve()));
      source.destroy();
      await gone;
      raw.service.session(tunnel.id, 'destination')!.sendText('the next thing');
      const { opcode, payload } = await destination.frame();
      expect([opcode, payload.equals(v2Reset)]).toEqual(told ? [2, true] : [1, false]);
      await raw.stop();
    },
  );

  it('keeps a client token across reconnects (H9)', async () => {
    const raw = await startForRaw();
    const { sourceAccessToken: token } = raw.service.openTunnel();
    for (let i = 0; i < 3; i++) await raw.open({ side: 'source', token, headers: withClientToken });
    await expect(
      raw.open({ side: 'source', token, headers: [['client-token', 'd'.repeat(32)]] }),
    ).rejects.toThrow(/400: Invalid client token/);
    await raw.stop();
  });
});

describe('a bandwidth limit (W5)', () => {
  it('slows the sender by the clock, pings included, and drops nothing', async () => {
    const clock = new AdvanceableClock({ frozen: true });
    const raw = await startForRaw({ clock, limits: { bandwidthBytesPerSecond: 1000 } });
    const { source, destination, tunnel } = await raw.pair();
    // The bucket holds a second's worth; this empties it and goes 500 bytes into debt.
    source.write(rawFrame(9, 'p'.repeat(100)));
    expect((await source.frame()).opcode).toBe(10);
    source.write(rawFrame(2, Buffer.concat([v2Start, Buffer.concat(Array(76).fill(v2Hello))])));
    await destination.bytes(v2Start.length + 76 * v2Hello.length);
    source.binary(v2Hello);
    for (let i = 0; i < 20; i++) {
      raw.service.session(tunnel.id, 'destination')!.sendText('meanwhile');
      expect((await destination.frame()).opcode).toBe(1);
    }
    clock.advance(5000);
    expect((await destination.frame()).payload).toEqual(v2Hello);
    await raw.stop();
  });
});
