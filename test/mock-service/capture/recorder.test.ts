import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CapturedFrame, readCapture } from '../../../src/recordings/index.js';
import { data, frame, START, send, startFrozen } from '../faults/harness.js';

type Harness = Awaited<ReturnType<typeof startFrozen>>;

describe('recording a service', () => {
  let raw: Harness;
  let folder: string;
  beforeEach(async () => {
    raw = await startFrozen();
    folder = mkdtempSync(join(tmpdir(), 'testbed-capture-'));
  });
  afterEach(async () => {
    await raw.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const frames = (text: string) =>
    readCapture(text).entries.filter((entry): entry is CapturedFrame => entry.kind === 'frame');

  /** Says something both ways and closes the tunnel. */
  async function conversation() {
    const pair = await raw.pair();
    send(pair.source, frame(START), data('hello'));
    await pair.destination.bytes(frame(START).length + data('hello').length);
    raw.clock.advance(250);
    send(pair.destination, data('hello yourself'));
    await pair.source.bytes(data('hello yourself').length);
    raw.service.closeTunnel(pair.tunnel.id);
    return pair;
  }

  it('has what a session is told to inject, as it was cut into messages', async () => {
    const { source, tunnel } = await raw.pair();
    const capture = await raw.service.captures.start();
    raw.service.session(tunnel.id, 'source')!.injectBytes(data('injected'), { messageSizes: [5] });
    await source.bytes(data('injected').length);
    await capture.stop();
    const sent = frames(capture.text!).filter(({ direction }) => direction === 'sent');
    expect(sent.map(({ message }) => message?.text)).toEqual(['injected']);
  });

  it('has every frame with its time, side and direction, and every event', async () => {
    const capture = await raw.service.captures.start();
    const { tunnel } = await conversation();
    await capture.stop();
    const { entries, header } = readCapture(capture.text!);
    expect(header).toMatchObject({
      version: 1,
      seed: 'faults',
      service: expect.stringMatching(/^tunnel-testbed \d/),
    });
    const shown = frames(capture.text!).map(({ at, side, direction, message }) => [
      at,
      side,
      direction,
      message!.type,
    ]);
    expect(shown).toEqual([
      [0, 'source', 'sent', 'SERVICE_IDS'],
      [0, 'destination', 'sent', 'SERVICE_IDS'],
      [0, 'source', 'received', 'STREAM_START'],
      [0, 'destination', 'sent', 'STREAM_START'],
      [0, 'source', 'received', 'DATA'],
      [0, 'destination', 'sent', 'DATA'],
      [250, 'destination', 'received', 'DATA'],
      [250, 'source', 'sent', 'DATA'],
    ]);
    const events = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
    expect(events).toEqual([
      'tunnel-opened',
      'side-connected',
      'side-connected',
      'stream-started',
      'tunnel-closed',
      'stream-ended',
      'side-lost',
      'side-lost',
    ]);
    expect(entries.every((entry) => entry.kind === 'event' || entry.tunnelId === tunnel.id)).toBe(true);
  });

  it('has the exact bytes, a relayed frame only once', async () => {
    const capture = await raw.service.captures.start();
    await conversation();
    await capture.stop();
    const all = frames(capture.text!);
    expect(all.map(({ bytes }) => Buffer.from(bytes!).toString('hex')).slice(2)).toEqual(
      [
        frame(START),
        frame(START),
        data('hello'),
        data('hello'),
        data('hello yourself'),
        data('hello yourself'),
      ].map((bytes) => bytes.toString('hex')),
    );
    expect(capture.text!.match(/hello yourself/g)).toHaveLength(1);
    expect(all.filter(({ relays }) => relays !== undefined)).toHaveLength(3);
  });

  it('has what a fault made of a frame, to the byte', async () => {
    const { source, destination } = await raw.pair();
    const capture = await raw.service.captures.start();
    raw.faults.add({ type: 'truncate_frame', attributes: { types: ['DATA'], bytes: 3, limit: 1 } });
    send(source, frame(START), data('cut off'), data('behind'));
    const wire = Buffer.concat([frame(START), data('cut off').subarray(0, -3), data('behind')]);
    await destination.bytes(wire.length);
    await capture.stop();
    const sent = frames(capture.text!).filter(({ direction }) => direction === 'sent');
    expect(Buffer.concat(sent.map(({ bytes }) => bytes!)).equals(wire)).toBe(true);
  });

  it('holds no token, and no payload where they are to be left out', async () => {
    const capture = await raw.service.captures.start({ payloads: 'omitted' });
    const { sourceAccessToken, destinationAccessToken } = await conversation();
    const closing = await raw.pair();
    closing.source.write(Buffer.from('8800', 'hex'));
    await capture.stop();
    for (const secret of [sourceAccessToken, destinationAccessToken, 'hello'])
      expect(capture.text).not.toContain(secret);
    expect(frames(capture.text!)[4]!.message).toMatchObject({ payloadBytes: 5 });
  });

  it('records one tunnel alone, where asked to', async () => {
    const one = await raw.pair();
    const other = await raw.pair();
    const capture = await raw.service.captures.start({ tunnelId: one.tunnel.id });
    for (const { source, destination } of [other, one]) {
      send(source, frame(START));
      await destination.frame();
    }
    await capture.stop();
    expect(frames(capture.text!)).toHaveLength(2);
    expect(capture.text).not.toContain(other.tunnel.id);
  });

  it('stays within its size and says that it is not whole', async () => {
    const capture = await raw.service.captures.start({ maxBytes: 3000 });
    const { source, destination } = await raw.pair();
    send(source, frame(START));
    for (let i = 0; i < 20; i++) send(source, data('x'.repeat(200)));
    await destination.bytes(frame(START).length + 20 * data('x'.repeat(200)).length);
    await capture.stop();
    expect(capture.text!.length).toBeLessThanOrEqual(3000);
    expect(capture.bytes).toBe(Buffer.byteLength(capture.text!));
    const { truncated, complete } = readCapture(capture.text!);
    expect({ truncated, complete }).toEqual({ truncated: true, complete: true });
  });

  it('writes a file that only its owner may read', async () => {
    const file = join(folder, 'session.jsonl');
    const capture = await raw.service.captures.start({ file });
    await conversation();
    await capture.stop();
    expect(frames(readFileSync(file, 'utf8'))).toHaveLength(8);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('refuses a file that cannot be opened, and the service goes on', async () => {
    await expect(raw.service.captures.start({ file: join(folder, 'no', 'where') })).rejects.toThrow(/ENOENT/);
    await conversation();
  });

  it('listens to nothing once it is stopped', async () => {
    const capture = await raw.service.captures.start();
    expect(raw.service.events.wants('bytes-sent')).toBe(true);
    await capture.stop();
    expect(raw.service.events.wants('bytes-sent')).toBe(false);
    expect(raw.service.events.wants('frame-received')).toBe(false);
  });
});
