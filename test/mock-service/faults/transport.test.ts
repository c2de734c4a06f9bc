import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { within } from '../../support/within.js';
import { data, frame, START, send, startFrozen } from './harness.js';

type Harness = Awaited<ReturnType<typeof startFrozen>>;

describe('transport faults on the wire', () => {
  let raw: Harness;
  beforeEach(async () => {
    raw = await startFrozen();
  });
  afterEach(() => raw.stop());

  /** A pair whose stream is started, seen by both. */
  async function started() {
    const pair = await raw.pair();
    send(pair.source, frame(START));
    await pair.destination.bytes(frame(START).length);
    const { tunnel } = pair;
    return { ...pair, session: raw.service.session(tunnel.id, 'source')! };
  }

  /** The service has read everything up to here. */
  async function reached(session: Awaited<ReturnType<typeof started>>['session'], text: string) {
    await session.next((message) => Buffer.from(message.payload).toString() === text);
  }

  it('latency: frames come when the time has passed, in order, jitter or not', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({
      type: 'latency',
      direction: 'to-destination',
      attributes: { latency: 100, jitter: 90 },
    });
    const frames = Array.from({ length: 50 }, (_, i) => data(`frame ${i}`));
    send(source, ...frames);
    await reached(session, 'frame 49');
    raw.clock.advance(9);
    send(destination, data('back')); // not delayed: the other direction
    await source.bytes(data('back').length);
    raw.clock.advance(181);
    const { bytes } = await destination.bytes(Buffer.concat(frames).length);
    expect(bytes.equals(Buffer.concat(frames))).toBe(true);
  });

  it('latency: nothing comes a millisecond early', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({ type: 'latency', direction: 'to-destination', attributes: { latency: 100 } });
    send(source, data('late'));
    await reached(session, 'late');
    raw.clock.advance(99);
    raw.service.session(session.tunnelId, 'destination')!.ping(Buffer.from('marker'));
    expect((await destination.frame()).opcode).toBe(9); // the ping, and no data before it
    raw.clock.advance(1);
    expect((await destination.frame()).payload.equals(data('late'))).toBe(true);
  });

  it.each(['latency', 'bandwidth', 'slow_close'])(
    '%s: taken away, it hands on what it holds, in order',
    async (type) => {
      const attributes = {
        latency: { latency: 5000 },
        bandwidth: { rate: 0.001 },
        slow_close: { delay: 5000 },
      }[type]!;
      const { source, destination, session } = await started();
      raw.faults.add({ name: 'held', type, direction: 'to-destination', attributes });
      const reset = frame({ ...START, type: 7 });
      send(source, data('one'), reset, data('two'), data('three'));
      await reached(session, 'three');
      send(source, data('four'));
      await reached(session, 'four');
      raw.faults.remove('held');
      send(source, data('five'));
      const all = Buffer.concat([data('one'), reset, ...['two', 'three', 'four', 'five'].map(data)]);
      expect((await destination.bytes(all.length)).bytes.equals(all)).toBe(true);
    },
  );

  it('bandwidth: bytes pass at the rate', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({ type: 'bandwidth', direction: 'to-destination', attributes: { rate: 1 } });
    const big = data('x'.repeat(980)); // 1000 bytes or so: a second at 1 KB/s
    send(source, big, data('behind'));
    await reached(session, 'behind');
    raw.clock.advance(big.length - 1);
    raw.service.session(session.tunnelId, 'destination')!.ping();
    expect((await destination.frame()).opcode).toBe(9);
    raw.clock.advance(1);
    expect((await destination.frame()).payload.equals(big)).toBe(true);
    raw.clock.advance(data('behind').length);
    expect((await destination.frame()).payload.equals(data('behind'))).toBe(true);
  });

  it('slow_close: the end of a stream comes late, data before it at once', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({ type: 'slow_close', attributes: { delay: 300 } });
    const reset = frame({ type: 3, streamId: 7, serviceId: 'SSH' });
    send(source, data('at once'), reset);
    expect((await destination.frame()).payload.equals(data('at once'))).toBe(true);
    await session.next({ type: 'STREAM_RESET' });
    raw.clock.advance(299);
    raw.service.session(session.tunnelId, 'destination')!.ping();
    expect((await destination.frame()).opcode).toBe(9);
    raw.clock.advance(1);
    expect((await destination.frame()).payload.equals(reset)).toBe(true);
  });

  it('timeout: nothing passes, and TCP ends without a close frame when the time is up', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({ type: 'timeout', direction: 'to-destination', attributes: { timeout: 1000 } });
    send(source, data('lost'));
    await reached(session, 'lost');
    raw.clock.advance(1000);
    await destination.end();
    await expect(destination.frame()).rejects.toThrow(/ended before/);
    expect(raw.service.session(session.tunnelId, 'source')).toBe(session);
  });

  it('reset_peer: TCP is reset', async () => {
    const { destination } = await started();
    raw.faults.add({ type: 'reset_peer', direction: 'to-destination', attributes: { timeout: 10 } });
    raw.clock.advance(10);
    await destination.end();
    expect(destination.error).toMatchObject({ code: 'ECONNRESET' });
  });

  it('slicer: the bytes come in slices, unchanged', async () => {
    const { source, destination } = await started();
    raw.faults.add({
      type: 'slicer',
      direction: 'to-destination',
      attributes: { average_size: 3, size_variation: 1, delay: 1000 },
    });
    const chunks: number[] = [];
    destination.socket.on('data', (chunk) => {
      chunks.push(chunk.length);
      raw.clock.advance(1); // the next slice, once this one has come
    });
    const big = data('slice me into pieces');
    send(source, big);
    await within(
      new Promise<void>((resolve) => {
        const tick = () => {
          if (chunks.length > 0) return resolve();
          raw.clock.advance(1);
          setImmediate(tick);
        };
        tick();
      }),
      'the first slice to be due',
    );
    expect((await destination.frame()).payload.equals(big)).toBe(true);
    expect(Math.max(...chunks)).toBeLessThanOrEqual(4);
    expect(chunks.length).toBeGreaterThan(big.length / 4);
  });

  it('slicer: taken away, the rest comes at once', async () => {
    const { source, destination, session } = await started();
    raw.faults.add({ name: 's', type: 'slicer', attributes: { average_size: 1, delay: 1e9 } });
    send(source, data('in flight'));
    await reached(session, 'in flight');
    raw.faults.remove('s');
    expect((await destination.frame()).payload.equals(data('in flight'))).toBe(true);
  });

  it('limit_data: exactly so many bytes, then the end of TCP', async () => {
    const { source, destination } = await started();
    raw.faults.add({ type: 'limit_data', direction: 'to-destination', attributes: { bytes: 20 } });
    const bytes: Buffer[] = [];
    destination.socket.on('data', (chunk) => bytes.push(chunk));
    send(source, data('long enough to be cut'));
    await destination.end();
    expect(Buffer.concat(bytes)).toHaveLength(20);
    expect(Buffer.concat(bytes).subarray(2).equals(data('long enough to be cut').subarray(0, 18))).toBe(true);
  });

  it('down: connections are dropped and handshakes get no answer, until it is taken away', async () => {
    const { source, destination, tunnel } = await started();
    raw.faults.add({ name: 'down', type: 'down', side: 'destination' });
    await destination.end();
    const { destinationAccessToken } = raw.service.tunnels.rotate(tunnel.id, ['destination']);
    const again = { side: 'destination', token: destinationAccessToken! };
    await expect(raw.open(again)).rejects.toThrow(/ended before/);
    raw.faults.remove('down');
    const back = await raw.open(again);
    await back.frame(); // SERVICE_IDS
    send(source, frame({ ...START, streamId: 8 }));
    expect((await back.frame()).opcode).toBe(2);
  });

  it('strikes connections with the probability of its toxicity, the same ones for the same seed', async () => {
    async function struck(seed: string): Promise<number[]> {
      raw.faults.add({ name: seed, type: 'ignore_pings', toxicity: 0.5, seed, side: 'source' });
      const silent: number[] = [];
      for (let i = 0; i < 20; i++) {
        const { sourceAccessToken, tunnel } = raw.service.openTunnel();
        const client = await raw.open({ side: 'source', token: sourceAccessToken });
        await client.frame();
        client.write(Buffer.from('898000000000', 'hex')); // an empty ping
        client.binary(Buffer.alloc(0));
        const session = raw.service.session(tunnel.id, 'source')!;
        client.binary(frame(START));
        await session.next();
        const { payload, opcode } = await client.frame();
        if (opcode !== 10) silent.push(i);
        else expect(payload).toHaveLength(0);
        raw.service.closeTunnel(tunnel.id);
      }
      raw.faults.remove(seed);
      return silent;
    }
    const first = await struck('a-seed');
    expect(first.length).toBeGreaterThan(3);
    expect(first.length).toBeLessThan(17);
    expect(await struck('a-seed')).toEqual(first);
    expect(await struck('another')).not.toEqual(first);
  });
});
