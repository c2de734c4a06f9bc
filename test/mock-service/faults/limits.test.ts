import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineFault } from '../../../src/mock-service/faults/index.js';
import { closeBytes, rawFrame } from '../../support/raw-websocket.js';
import { data, frame, START, send, startFrozen } from './harness.js';

type Harness = Awaited<ReturnType<typeof startFrozen>>;
const nothing = z.strictObject({});
/** Less than a tunnel lives. */
const HALF_A_DAY_MS = 11 * 60 * 60 * 1000;

describe('what faults may cost', () => {
  let raw: Harness;
  beforeEach(async () => {
    raw = await startFrozen();
  });
  afterEach(() => raw.stop());

  async function started() {
    const pair = await raw.pair();
    send(pair.source, frame(START));
    await pair.destination.bytes(frame(START).length);
    const session = (side: 'source' | 'destination') => raw.service.session(pair.tunnel.id, side)!;
    return { ...pair, session };
  }

  /** Sends a ping and passes over what comes before its answer. */
  async function answers(client: Awaited<ReturnType<typeof started>>['source']): Promise<void> {
    client.write(rawFrame(9, 'there?'));
    while ((await client.frame()).opcode !== 10);
  }

  it.each<[string, string, object]>([
    ['more bytes than a payload has', 'corrupt_payload', { bytes: 86_400_000 }],
    ['more bytes than a frame has', 'truncate_frame', { bytes: 70_000 }],
    ['a rate below a byte a second', 'bandwidth', { rate: 1e-9 }],
    ['a slice longer than any buffer', 'slicer', { average_size: 2 ** 40 }],
    ['a slice every other day', 'slicer', { average_size: 1, delay: 2e11 }],
    ['ids that fit no frame', 'resend_service_ids', { serviceIds: ['x'.repeat(65_536)] }],
  ])('%s is refused: %s', (_what, type, attributes) => {
    expect(() => raw.faults.add({ type, attributes: attributes as Record<string, unknown> })).toThrow(
      expect.objectContaining({ code: 'FAULT_INVALID' }),
    );
  });

  it('resend_service_ids: half a day gone by at once is not made up for', async () => {
    const { source } = await started();
    raw.faults.add({ type: 'resend_service_ids', side: 'source', attributes: { interval: 1 } });
    raw.clock.advance(HALF_A_DAY_MS);
    source.write(rawFrame(9, 'how many?'));
    let came = 0;
    while ((await source.frame()).opcode !== 10) came++;
    expect(came).toBeGreaterThan(0);
    expect(came).toBeLessThanOrEqual(100);
    raw.clock.advance(1);
    expect((await source.frame()).opcode).toBe(2);
  });

  it('faults that multiply each other end the connection whose frame it is, and nobody else', async () => {
    const { source, destination, session } = await started();
    for (let i = 0; i < 60; i++) {
      raw.faults.add({ name: `twice-${i}`, type: 'duplicate_frame', direction: 'to-destination' });
    }
    const failed = new Promise((resolve) => raw.service.on('connection-failed', resolve));
    send(source, data('x'.repeat(50_000)));
    expect((await source.closeFrame()).code).toBe(1011);
    expect(await failed).toMatchObject({
      side: 'source',
      reason: expect.stringContaining('remove some faults'),
    });
    expect(session('destination')).toBeDefined();
    expect(destination.error).toBeUndefined();
  });

  it('a stage that throws ends the connection whose frame it works on', async () => {
    raw.faults.register(
      defineFault({
        type: 'broken',
        summary: 'Throws.',
        per: 'connection',
        attributes: nothing,
        stage: () => ({
          heldBytes: 0,
          frame: () => {
            throw new Error('broken stage');
          },
          flush: () => {},
          discard: () => {},
        }),
      }),
    );
    const { source, destination, session } = await started();
    raw.faults.add({ type: 'broken', direction: 'to-destination' });
    send(source, data('x'));
    expect((await source.closeFrame()).code).toBe(1011);
    expect(session('destination')).toBeDefined();
    await answers(destination);
  });

  it.each(['wire', 'timer', 'turn', 'install'] as const)(
    'what throws on the wire, in a timer, later or when it is installed ends its connection alone: %s',
    async (where) => {
      const fail = () => {
        throw new Error('broken');
      };
      raw.faults.register(
        defineFault({
          type: 'broken',
          summary: 'Throws.',
          per: 'connection',
          attributes: nothing,
          stage: (_attributes, { clock, nextTurn }) => {
            if (where === 'install') fail();
            if (where === 'timer') clock.after(10, fail);
            if (where === 'turn') nextTurn(fail);
            const frame =
              where === 'wire' ? fail : (bytes: Buffer, passOn: (b: Buffer) => void) => passOn(bytes);
            return { place: 'wire', heldBytes: 0, frame, flush: () => {}, discard: () => {} };
          },
        }),
      );
      const { source, tunnel, session } = await started();
      const failed = new Promise((resolve) => raw.service.on('connection-failed', resolve));
      const first = session('destination');
      first.drop();
      await first.closed;
      raw.faults.add({ type: 'broken', side: 'destination' });
      const token = raw.service.tunnels.rotate(tunnel.id, ['destination']).destinationAccessToken!;
      const second = await raw.open({ side: 'destination', token });
      if (where === 'timer') raw.clock.advance(10);
      if (where === 'wire') send(source, data('x'));
      expect(await failed).toMatchObject({ side: 'destination', tunnelId: tunnel.id });
      raw.clock.advance(60_000);
      await second.end();
      await answers(source);
    },
  );

  it('a stage of the wire that throws while a frame is relayed ends the receiver, not the sender', async () => {
    const { source, destination, session } = await started();
    session('destination').interceptWire(() => {
      throw new Error('broken');
    });
    // Long enough to be written at once, not with the rest of its tick.
    send(source, data('x'.repeat(5000)));
    raw.clock.advance(60_000);
    await destination.end();
    await answers(source);
    expect(session('source')).toBeDefined();
  });

  it('stale_stream_id and stream_reset pass on a frame whose copy would be too long', async () => {
    const { sourceAccessToken, destinationAccessToken } = raw.service.openTunnel();
    const open = async (side: string, token: string) => {
      const client = await raw.open({ side, token });
      await client.frame();
      return client;
    };
    const to = await open('destination', destinationAccessToken);
    const from = await open('source', sourceAccessToken);
    const types = ['STREAM_START'];
    raw.faults.add({ type: 'stale_stream_id', attributes: { streamId: -1, types, mode: 'replace' } });
    raw.faults.add({ type: 'stream_reset', attributes: { types } });
    // A stream id of -1 in five bytes; protobuf writes ten.
    const id = Buffer.alloc(65_523, 'x');
    const start = Buffer.concat([Buffer.from('ffff080210ffffffff0f2af3ff03', 'hex'), id]);
    from.binary(start);
    expect((await to.bytes(start.length)).bytes.equals(start)).toBe(true);
  });

  it('what is installed for a connection does not work on the one that replaces it', async () => {
    const { source, tunnel, session } = await started();
    raw.faults.add({ type: 'latency', direction: 'to-destination', attributes: { latency: 100 } });
    const token = raw.service.tunnels.rotate(tunnel.id, ['destination']).destinationAccessToken!;
    // The old one has not answered the close frame, so its socket is still there.
    const second = await raw.open({ side: 'destination', token });
    await second.frame();
    send(source, frame({ ...START, streamId: 8 }));
    await session('source').next({ streamId: 8 });
    raw.clock.advance(100);
    expect((await second.frame()).payload.equals(frame({ ...START, streamId: 8 }))).toBe(true);
  });

  it('slicer: a client that closes gets its answer', async () => {
    const { destination } = await started();
    raw.faults.add({ type: 'slicer', direction: 'to-destination', attributes: { average_size: 1 } });
    destination.write(rawFrame(8, closeBytes(1000)));
    expect((await destination.closeFrame()).code).toBe(1000);
    await destination.end();
  });
});
