import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapturedFrame, exportPcapng, readCapture } from '../../src/recordings/index.js';
import { data, frame, START, send, startFrozen } from '../mock-service/faults/harness.js';

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark && process.env.CI === 'true') throw new Error('tshark is missing: apt-get install tshark');

describe.skipIf(!hasTshark)('the pcapng export, as tshark reads it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'testbed-pcapng-'));
  const file = join(folder, 'session.pcapng');
  let recorded: CapturedFrame[];

  beforeAll(async () => {
    const raw = await startFrozen();
    const capture = await raw.service.captures.start();
    const { source, destination, tunnel } = await raw.pair();
    const big = data('x'.repeat(60_000));
    send(source, frame(START), data('hello from source'), big);
    await destination.bytes(frame(START).length + data('hello from source').length + big.length);
    send(destination, data('and back'));
    await source.bytes(data('and back').length);
    raw.service.closeTunnel(tunnel.id);
    await capture.stop();
    await raw.stop();
    const read = readCapture(capture.text!);
    recorded = read.entries.filter((entry): entry is CapturedFrame => entry.kind === 'frame');
    writeFileSync(file, exportPcapng(read));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const checks = ['-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE'];
  function tshark(...args: string[]): string[] {
    const output = execFileSync('tshark', ['-r', file, ...checks, ...args], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      timeout: 50_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return output.split('\n').filter((line) => line !== '');
  }

  it('finds nothing to complain of: checksums, sequence numbers, acknowledgements', () => {
    expect(tshark('-Y', '_ws.malformed or tcp.analysis.flags or _ws.expert.severity >= 0x600000')).toEqual(
      [],
    );
    expect(tshark('-Y', 'tcp.checksum.status == 0 or ip.checksum.status == 0')).toEqual([]);
    expect(tshark('-Y', 'tcp.checksum.status == 1').length).toBeGreaterThan(50);
  });

  it('dissects a WebSocket message for each frame, with its bytes', () => {
    const payloads = tshark('-Y', 'websocket.opcode == 2', '-T', 'fields', '-e', 'data.data').flatMap(
      (line) => line.replaceAll(':', '').split(','),
    );
    expect(payloads).toHaveLength(recorded.length);
    expect(payloads).toEqual(recorded.map(({ bytes }) => Buffer.from(bytes!).toString('hex')));
  });

  it('sees two upgrades without a token, masked clients and the close frames', () => {
    expect(
      tshark('-Y', 'http.request.method == GET', '-T', 'fields', '-e', 'http.request.uri').sort(),
    ).toEqual(['/tunnel?local-proxy-mode=destination', '/tunnel?local-proxy-mode=source']);
    expect(tshark('-Y', 'http.response.code == 101')).toHaveLength(2);
    const masked = tshark('-Y', 'websocket', '-T', 'fields', '-e', 'ip.src', '-e', 'websocket.mask');
    expect(masked.every((line) => line.startsWith('10.0.0.1\t') !== /\t(1|True)/.test(line))).toBe(true);
    const close = tshark(
      '-Y',
      'websocket.opcode == 8',
      '-T',
      'fields',
      '-e',
      'websocket.payload.close.status_code',
    );
    expect(close).toEqual(['1000', '1000']);
  });

  it('says in words what a packet holds', () => {
    const comments = tshark('-Y', 'frame.comment', '-T', 'fields', '-e', 'frame.comment').join('\n');
    expect(comments).toContain('source → STREAM_START stream 7 SSH connection 1');
    expect(comments).toContain('hello from source');
  });
});
