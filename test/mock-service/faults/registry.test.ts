import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineFault, FAULT_KINDS } from '../../../src/mock-service/faults/index.js';
import { data, frame, START, send, startFrozen, until } from './harness.js';

type Harness = Awaited<ReturnType<typeof startFrozen>>;

describe('the registry of faults', () => {
  let raw: Harness;
  beforeEach(async () => {
    raw = await startFrozen();
  });
  afterEach(() => raw.stop());

  it('has the kinds that are promised', () => {
    const transport = 'latency bandwidth slow_close timeout reset_peer slicer limit_data down';
    const protocol = `reject_handshake reframe drop_frame duplicate_frame reorder_frames corrupt_payload
      corrupt_length truncate_frame stale_stream_id unknown_type unknown_field session_reset stream_reset
      resend_service_ids no_service_ids ignore_pings`;
    expect(FAULT_KINDS.map(({ type }) => type).sort()).toEqual(
      `${transport} ${protocol}`.split(/\s+/).sort(),
    );
  });

  it.each([
    ['an unknown type', { type: 'gremlins' }, 'FAULT_TYPE_UNKNOWN', /"gremlins".*latency/],
    ['a missing attribute', { type: 'latency' }, 'FAULT_INVALID', /Attributes of latency: latency/],
    ['a negative time', { type: 'latency', attributes: { latency: -1 } }, 'FAULT_INVALID', /latency.*>=0/],
    [
      'an attribute nobody knows',
      { type: 'latency', attributes: { latency: 1, latnecy: 1 } },
      'FAULT_INVALID',
      /latnecy/,
    ],
    ['a text for a number', { type: 'bandwidth', attributes: { rate: '9' } }, 'FAULT_INVALID', /rate/],
    ['a toxicity of 2', { type: 'down', toxicity: 2 }, 'FAULT_INVALID', /toxicity/],
    ['a direction nobody knows', { type: 'down', direction: 'upstream' }, 'FAULT_INVALID', /direction/],
    [
      'a contradiction',
      { type: 'down', direction: 'to-source', side: 'destination' },
      'FAULT_INVALID',
      /contradict/,
    ],
    ['an unknown tunnel', { type: 'down', tunnelId: 'nowhere' }, 'TUNNEL_NOT_FOUND', /nowhere/],
    ['a name that is no name', { type: 'down', name: 'a b\n' }, 'FAULT_INVALID', /name/],
    ['something that is no fault', 'latency', 'FAULT_INVALID', /object/],
  ])('refuses %s, and the service goes on', async (_what, spec, code, message) => {
    expect(() => raw.faults.add(spec as never)).toThrow(expect.objectContaining({ code }));
    expect(() => raw.faults.add(spec as never)).toThrow(message);
    expect(raw.faults.list()).toEqual([]);
    const { source, destination } = await raw.pair();
    send(source, frame(START));
    expect((await destination.frame()).payload.equals(frame(START))).toBe(true);
  });

  it('refuses a second fault of the same name, given or not', () => {
    raw.faults.add({ type: 'down', direction: 'to-source' });
    expect(raw.faults.list()[0]!.name).toBe('down_to-source');
    expect(() => raw.faults.add({ type: 'down', side: 'source' })).toThrow(
      expect.objectContaining({ code: 'FAULT_EXISTS' }),
    );
    raw.faults.add({ type: 'down', side: 'destination' });
    expect(raw.faults.list()).toHaveLength(2);
  });

  it('refuses to remove or change what is not there', () => {
    expect(() => raw.faults.remove('ghost')).toThrow(expect.objectContaining({ code: 'FAULT_NOT_FOUND' }));
    expect(() => raw.faults.update('ghost', {})).toThrow(/ghost.*none/);
  });

  it('changes attributes of a live fault, and keeps it as it was where the change is wrong', async () => {
    const { source, destination, tunnel } = await raw.pair();
    const name = 'late';
    raw.faults.add({ name, type: 'latency', direction: 'to-destination', attributes: { latency: 500 } });
    send(source, frame(START));
    await raw.service.session(tunnel.id, 'source')!.next();
    expect(() => raw.faults.update(name, { attributes: { latency: 'long' } })).toThrow(/latency/);
    expect(raw.faults.get(name)!.attributes).toEqual({ latency: 500, jitter: 0 });
    raw.faults.update(name, { attributes: { latency: 100 } });
    expect((await destination.frame()).payload.equals(frame(START))).toBe(true); // what was held went on
    send(source, data('x'));
    await raw.service.session(tunnel.id, 'source')!.next({ type: 'DATA' });
    raw.clock.advance(100);
    expect((await destination.frame()).payload.equals(data('x'))).toBe(true);
  });

  it('touches only the tunnel and the direction it is for', async () => {
    const one = await raw.pair();
    const other = await raw.pair();
    raw.faults.add({ type: 'drop_frame', tunnelId: one.tunnel.id, direction: 'to-source' });
    for (const { source, destination } of [one, other]) {
      send(source, frame(START), data('there'));
      await until(destination, data('there'));
      send(destination, data('and back'), frame({ type: 3, streamId: 7, serviceId: 'SSH' }));
    }
    expect((await one.source.frame()).payload[3]).toBe(3); // the reset: DATA was dropped
    expect((await other.source.frame()).payload.equals(data('and back'))).toBe(true);
  });

  it('works on tunnels and connections that come later', async () => {
    raw.faults.add({ type: 'drop_frame', attributes: { types: ['STREAM_START'] } });
    const { source, destination } = await raw.pair();
    send(source, frame(START), data('x'));
    expect((await destination.frame()).payload.equals(data('x'))).toBe(true);
  });

  it('lets several work in the order they were added', async () => {
    const { source, destination } = await raw.pair();
    raw.faults.add({ type: 'duplicate_frame', attributes: { types: ['DATA'] } });
    raw.faults.add({ type: 'unknown_field' });
    send(source, frame(START), data('x'));
    await destination.frame();
    const first = (await destination.frame()).payload;
    expect(first.length).toBeGreaterThan(data('x').length);
    expect((await destination.frame()).payload.equals(first)).toBe(true);
  });

  it('leaves nothing on the way once all are taken away', async () => {
    const { source, destination, tunnel } = await raw.pair();
    for (const { type } of FAULT_KINDS) {
      if (['down', 'reset_peer', 'limit_data'].includes(type)) continue; // they end connections
      const needed: Record<string, object> = {
        latency: { latency: 1 },
        bandwidth: { rate: 1 },
        slow_close: { delay: 1 },
        slicer: { average_size: 1 },
        reframe: { mode: 'merge' },
        session_reset: { timeout: 1 },
      };
      raw.faults.add({ type, attributes: (needed[type] ?? {}) as Record<string, unknown> });
    }
    raw.faults.clear();
    expect(raw.faults.list()).toEqual([]);
    send(source, frame(START), data('x'));
    const all = Buffer.concat([frame(START), data('x')]);
    expect((await destination.bytes(all.length)).bytes.equals(all)).toBe(true);
    expect(raw.service.dataPlane.scripts.list()).toEqual([]);
    expect(raw.service.link(tunnel.id, 'destination').stageCount).toBe(0);
  });

  it('takes kinds of your own', async () => {
    const shout = defineFault({
      type: 'shout',
      summary: 'Payloads are in capitals.',
      per: 'frame',
      attributes: z.strictObject({}),
      stage: () => ({
        heldBytes: 0,
        frame: (bytes, passOn) => passOn(Buffer.from(bytes.toString('latin1').toUpperCase(), 'latin1')),
        flush: () => {},
        discard: () => {},
      }),
    });
    raw.faults.register(shout);
    raw.faults.add({ type: 'shout' });
    const { source, destination } = await raw.pair();
    send(source, frame(START), data('quiet'));
    await until(destination, data('QUIET'));
  });
});
