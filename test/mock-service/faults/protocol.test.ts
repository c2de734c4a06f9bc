import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeMessage, type Message } from '../../../src/protocol/index.js';
import { decodeWithReference } from '../../../src/protocol/reference/index.js';
import type { RawClient } from '../../support/raw-websocket.js';
import { DATA, data, frame, framesOf, START, send, startFrozen, until } from './harness.js';

type Harness = Awaited<ReturnType<typeof startFrozen>>;

describe('protocol faults on the wire', () => {
  let raw: Harness;
  beforeEach(async () => {
    raw = await startFrozen();
  });
  afterEach(() => raw.stop());

  async function started() {
    const pair = await raw.pair();
    send(pair.source, frame(START));
    await pair.destination.bytes(frame(START).length);
    return pair;
  }

  /** Adds a fault towards the destination, sends five frames and tells what came, frame by frame. */
  async function struck(type: string, attributes: Record<string, unknown> = {}, toxicity = 1) {
    const { source, destination } = await started();
    raw.faults.add({ name: 'under-test', type, direction: 'to-destination', attributes, toxicity });
    const sent = ['0', '1', '2', '3', '4'].map((text) => data(`frame ${text}`));
    send(source, ...sent);
    await raw.service.sessions()[0]!.next((message) => Buffer.from(message.payload).toString() === 'frame 4');
    raw.faults.remove('under-test');
    send(source, data('the end'));
    const bytes = await until(destination, data('the end'));
    return { sent, bytes, came: framesOf(bytes).slice(0, -1) };
  }

  const text = (bytes: Buffer) => Buffer.from(decodeMessage(bytes, 2).payload).toString();

  it('drop_frame: those selected are lost, the others are as they were', async () => {
    const { came } = await struck('drop_frame', { skip: 1, limit: 2 });
    expect(came.map(text)).toEqual(['frame 0', 'frame 3', 'frame 4']);
  });

  it('drop_frame: strikes frames with the probability of its toxicity', async () => {
    const { came } = await struck('drop_frame', {}, 0.5);
    expect(came.length).toBeGreaterThan(0);
    expect(came.length).toBeLessThan(5);
  });

  it('drop_frame: strikes the types and the service given, and nothing else', async () => {
    expect((await struck('drop_frame', { types: ['STREAM_RESET', 6] })).came).toHaveLength(5);
    await raw.stop();
    raw = await startFrozen();
    expect((await struck('drop_frame', { serviceId: 'HTTP' })).came).toHaveLength(5);
  });

  it('duplicate_frame: those selected come twice', async () => {
    const { came } = await struck('duplicate_frame', { limit: 1 });
    expect(came.map(text)).toEqual(['frame 0', 'frame 0', 'frame 1', 'frame 2', 'frame 3', 'frame 4']);
  });

  it('reorder_frames: a window comes backwards; what is left of one is handed on in order', async () => {
    const { came } = await struck('reorder_frames', { window: 3 });
    expect(came.map(text)).toEqual(['frame 2', 'frame 1', 'frame 0', 'frame 3', 'frame 4']);
  });

  it('reorder_frames: a window that is not filled in time goes as far as it is', async () => {
    const { source, destination } = await started();
    raw.faults.add({ type: 'reorder_frames', attributes: { window: 9, delay: 500 } });
    send(source, data('a'), data('b'));
    await raw.service.sessions()[0]!.next((message) => Buffer.from(message.payload).toString() === 'b');
    raw.clock.advance(500);
    const all = Buffer.concat([data('b'), data('a')]);
    expect((await destination.bytes(all.length)).bytes.equals(all)).toBe(true);
  });

  it('corrupt_payload: the payload alone differs', async () => {
    const { came, sent } = await struck('corrupt_payload', { limit: 1, bytes: 3 });
    const { payload, ...rest } = decodeMessage(came[0]!, 2);
    const { payload: original, ...others } = decodeMessage(sent[0]!, 2);
    expect(rest).toEqual(others);
    expect(payload).toHaveLength(original.length);
    expect(payload).not.toEqual(original);
    expect(came.slice(1)).toEqual(sent.slice(1));
  });

  it('corrupt_length: the length before the message is wrong', async () => {
    const { bytes, sent } = await struck('corrupt_length', { limit: 1, delta: -3 });
    expect(bytes.readUInt16BE(0)).toBe(sent[0]!.length - 2 - 3);
    expect(bytes.subarray(2, sent[0]!.length).equals(sent[0]!.subarray(2))).toBe(true);
  });

  it('truncate_frame: the last bytes are missing', async () => {
    const { bytes, sent } = await struck('truncate_frame', { limit: 1, bytes: 4 });
    const [first, ...others] = sent;
    const expected = [first!.subarray(0, -4), ...others, data('the end')];
    expect(bytes.equals(Buffer.concat(expected))).toBe(true);
  });

  it('stale_stream_id: a copy of another stream comes before, or instead', async () => {
    const inserted = await struck('stale_stream_id', { limit: 1 });
    expect(inserted.came.map((one) => decodeMessage(one, 2).streamId)).toEqual([8, 7, 7, 7, 7, 7]);
    await raw.stop();
    raw = await startFrozen();
    const replaced = await struck('stale_stream_id', { limit: 1, mode: 'replace', streamId: -5 });
    expect(replaced.came.map((one) => decodeMessage(one, 2).streamId)).toEqual([-5, 7, 7, 7, 7]);
  });

  it('unknown_type: a message nobody knows comes before', async () => {
    const { came } = await struck('unknown_type', { limit: 1, type: 99, ignorable: false });
    expect(decodeMessage(came[0]!, 2)).toMatchObject({ type: 99, ignorable: false, streamId: 7 });
    expect(came).toHaveLength(6);
  });

  it('unknown_field: protobuf reads the same message, and a field more', async () => {
    const { came, sent } = await struck('unknown_field', { number: 2 ** 29 - 1 });
    for (const [i, one] of came.entries()) {
      expect(one.length).toBe(sent[i]!.length + 6);
      expect(decodeMessage(one, 2)).toEqual(decodeMessage(sent[i]!, 2));
      expect(text(one)).toBe(`frame ${i}`);
    }
    expect(Buffer.from(decodeWithReference(came[0]!.subarray(2)).payload).toString()).toBe('frame 0');
  });

  it('stream_reset: STREAM_RESET comes behind a frame of its stream, once', async () => {
    const { came } = await struck('stream_reset', { skip: 1 });
    expect(came.map((one) => decodeMessage(one, 2).type)).toEqual([1, 1, 3, 1, 1, 1]);
    expect(decodeMessage(came[2]!, 2)).toMatchObject({ streamId: 7, serviceId: 'SSH', connectionId: 0 });
  });

  const readMessage = async (client: RawClient): Promise<Message> => {
    const { opcode, payload } = await client.frame();
    expect(opcode).toBe(2);
    return decodeMessage(payload, 2);
  };

  it('session_reset: at once, or when its time has come; behind SERVICE_IDS on a new connection', async () => {
    const { source, destination, tunnel } = await started();
    raw.faults.add({ type: 'session_reset', side: 'source' });
    expect(await readMessage(source)).toMatchObject({ type: 4, streamId: 0 });
    raw.faults.add({ type: 'session_reset', side: 'destination', attributes: { timeout: 50 } });
    raw.clock.advance(50);
    expect(await readMessage(destination)).toMatchObject({ type: 4 });
    const { sourceAccessToken } = raw.service.tunnels.rotate(tunnel.id, ['source']);
    const again = await raw.open({ side: 'source', token: sourceAccessToken! });
    expect((await readMessage(again)).type).toBe(5);
    expect((await readMessage(again)).type).toBe(4);
  });

  it('resend_service_ids: SERVICE_IDS comes every interval until it is taken away', async () => {
    const { source } = await started();
    const attributes = { interval: 100, serviceIds: ['SSH', 'HTTP'] };
    raw.faults.add({ name: 'again', type: 'resend_service_ids', side: 'source', attributes });
    for (let i = 0; i < 3; i++) {
      raw.clock.advance(100);
      expect(await readMessage(source)).toMatchObject({ type: 5, availableServiceIds: ['SSH', 'HTTP'] });
    }
    raw.faults.remove('again');
    raw.clock.advance(1000);
    raw.service.sessions()[0]!.ping();
    expect((await source.frame()).opcode).toBe(9);
  });

  it('no_service_ids: nothing follows the handshake', async () => {
    raw.faults.add({ type: 'no_service_ids' });
    const { sourceAccessToken, tunnel } = raw.service.openTunnel({ services: ['SSH'] });
    const source = await raw.open({ side: 'source', token: sourceAccessToken });
    raw.service.session(tunnel.id, 'source')!.ping();
    expect((await source.frame()).opcode).toBe(9);
  });

  it('ignore_pings: no pong comes while it is there, and the next ping is answered after', async () => {
    const { source, tunnel } = await started();
    raw.faults.add({ name: 'deaf', type: 'ignore_pings' });
    const session = raw.service.session(tunnel.id, 'source')!;
    source.write(Buffer.from('898100000000aa', 'hex'));
    send(source, frame({ ...DATA, payload: Buffer.from('marker') }));
    await session.next((message) => Buffer.from(message.payload).toString() === 'marker');
    raw.faults.remove('deaf');
    source.write(Buffer.from('898100000000bb', 'hex'));
    expect((await source.frame()).payload.toString('hex')).toBe('bb');
  });

  it('reject_handshake: so many are answered with the status; the token is not spent', async () => {
    const attributes = { status: 503, body: 'Busy', headers: { 'retry-after': '7' }, times: 2 };
    raw.faults.add({ type: 'reject_handshake', side: 'source', attributes });
    const { sourceAccessToken: token, destinationAccessToken } = raw.service.openTunnel();
    await raw.open({ side: 'destination', token: destinationAccessToken });
    await expect(raw.open({ side: 'source', token })).rejects.toThrow('503: Busy');
    await expect(raw.open({ side: 'source', token })).rejects.toThrow('503: Busy');
    await raw.open({ side: 'source', token });
  });

  it('reframe: frames are laid out another way, byte for byte the same', async () => {
    const { source, destination } = await started();
    const attributes = { mode: 'split', sizes: [3] };
    raw.faults.add({ name: 'split', type: 'reframe', direction: 'to-destination', attributes });
    send(source, data('in pieces of three'));
    const { bytes, messages } = await destination.bytes(data('in pieces of three').length);
    expect(bytes.equals(data('in pieces of three'))).toBe(true);
    expect(messages.slice(0, -1).every((piece) => piece.length === 3)).toBe(true);
    raw.faults.remove('split');
    send(source, data('whole'));
    expect((await destination.frame()).payload.equals(data('whole'))).toBe(true);
  });
});
