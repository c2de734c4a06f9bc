import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { MAIN } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { StandInService } from '../clients/support/stand-in-service.js';
import { LONGEST_STOP_MS, peakMegabytes } from './support/process.js';

/*
 * Whoever starts a program may read what it writes late, slowly, or not at all. Here nobody reads; the program answers,
 * stays small and stops.
 */

/** Bytes of empty messages (M1), each of which is a broken rule to tell of. */
const BAD_BYTES = 1_000_000;
const MOST_MEGABYTES = 260;

const children: ChildProcess[] = [];
const folders: Disposable[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  }
  for (const folder of folders.splice(0)) folder[Symbol.dispose]();
});

interface Ready {
  readonly endpoint: string;
  readonly tunnels: readonly {
    tunnelId: string;
    sourceAccessToken: string;
    destinationAccessToken: string;
  }[];
}

/** `serve` whose standard output and error are pipes that nobody reads; what it has to say comes by its ready file. */
async function serveUnread(...args: string[]): Promise<{ child: ChildProcess; ready: Ready }> {
  const folder = temporaryFolder();
  folders.push(folder);
  const readyFile = folder.file('ready.json');
  const child = program(
    'serve',
    '--port',
    '0',
    '--state-dir',
    folder.file('state'),
    '--open',
    'SSH',
    ...['--ready-file', readyFile, ...args],
  );
  const ended = new AbortController();
  child.once('exit', (code) => ended.abort(new Error(`serve ended with ${code}`)));
  for await (const { filename } of watch(folder.path, { signal: ended.signal })) {
    // It is renamed to this once it is whole.
    if (filename === 'ready.json') break;
  }
  return { child, ready: JSON.parse(readFileSync(readyFile, 'utf8')) as Ready };
}

function program(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, AWSIOT_TUNNEL_ACCESS_TOKEN: 'some-token' },
  });
  children.push(child);
  return child;
}

/** Joins as the destination and sends what breaks a rule, frame after frame; resolves when all was taken. */
async function breakRules({ endpoint, tunnels }: Ready, bytes = BAD_BYTES): Promise<void> {
  const webSocket = new WebSocket(
    `ws://${endpoint}/tunnel?local-proxy-mode=destination`,
    'aws.iot.securetunneling-3.0',
    { headers: { 'access-token': tunnels[0]!.destinationAccessToken } },
  );
  await once(webSocket, 'open');
  const chunk = Buffer.alloc(50_000);
  for (let sent = 0; sent < bytes; sent += chunk.length) {
    await new Promise((resolve) => webSocket.send(chunk, resolve));
  }
  webSocket.ping('all');
  await once(webSocket, 'pong');
  webSocket.terminate();
}

async function refuseHandshakes({ endpoint }: Ready, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const response = await fetch(`http://${endpoint}/tunnel?local-proxy-mode=source`);
    expect(response.status).toBe(400);
    await response.arrayBuffer();
  }
}

async function openTunnels({ endpoint }: Ready, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const body = JSON.stringify({ services: ['SSH'], description: 'x'.repeat(500) });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${endpoint}/admin/tunnels`, { method: 'POST', headers, body });
    expect(response.status).toBe(201);
    await response.arrayBuffer();
  }
}

async function expectAliveAndObedient(child: ChildProcess, { endpoint }: Ready): Promise<void> {
  const health = await fetch(`http://${endpoint}/admin/health`, { signal: AbortSignal.timeout(10_000) });
  expect(health.ok).toBe(true);
  await health.arrayBuffer();
  expect(peakMegabytes(child.pid!)).toBeLessThan(MOST_MEGABYTES);
  await expectObedient(child);
}

async function expectObedient(child: ChildProcess): Promise<void> {
  const start = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(performance.now() - start).toBeLessThan(LONGEST_STOP_MS);
}

describe('serve', () => {
  it('answers and stops where nobody reads standard error: refused handshakes', async () => {
    const { child, ready } = await serveUnread();
    await refuseHandshakes(ready, 500);
    await expectAliveAndObedient(child, ready);
  });

  it('answers and stops where nobody reads standard error: a log of everything', async () => {
    const { child, ready } = await serveUnread('--log-level', 'info');
    await openTunnels(ready, 800);
    await expectAliveAndObedient(child, ready);
  });

  it('stays small where nobody reads its events, and says how many were dropped to who reads later', async () => {
    const { child, ready } = await serveUnread('--json', '--enforce', 'report', '--log-level', 'silent');
    await breakRules(ready);
    expect(peakMegabytes(child.pid!)).toBeLessThan(MOST_MEGABYTES);
    let text = '';
    child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    while (!text.includes('"event":"dropped"')) await once(child.stdout!, 'data');
    const records = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as { event: string; count?: number });
    expect(records.some(({ event }) => event === 'ready')).toBe(true);
    expect(records.find(({ event }) => event === 'dropped')!.count).toBeGreaterThan(1000);
    await expectAliveAndObedient(child, ready);
  });

  it('writes a line that comes again and again a few times, and then its count', async () => {
    const { child, ready } = await serveUnread('--enforce', 'report');
    let log = '';
    child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
    });
    child.stdout!.resume();
    await breakRules(ready);
    await expectAliveAndObedient(child, ready);
    expect(log.length).toBeLessThan(50_000);
    const lines = log
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter(({ event }) => event === 'rule-broken').length).toBeGreaterThan(0);
    const dropped = lines.filter(({ event }) => event === 'lines-dropped').map(({ count }) => Number(count));
    const written = lines.filter(({ event }) => event === 'rule-broken').length;
    expect(written + dropped.reduce((sum, count) => sum + count, 0)).toBe(BAD_BYTES / 2);
  });
});

describe('watch', () => {
  it('stays small and stops where nobody reads it', async () => {
    const { child: service, ready } = await serveUnread('--enforce', 'report', '--log-level', 'silent');
    const watch = program('watch', '--admin', `http://${ready.endpoint}`, '--json');
    await once(watch.stderr!, 'data');
    await breakRules(ready);
    expect(peakMegabytes(watch.pid!)).toBeLessThan(MOST_MEGABYTES);
    await expectObedient(watch);
    await expectAliveAndObedient(service, ready);
  });
});

describe.each(['source', 'destination'])('a %s proxy', (side) => {
  it('stays small and stops where nobody reads its trace', async () => {
    await using service = await StandInService.start(['SSH']);
    const mapping = side === 'source' ? ['-s', 'SSH=0'] : ['-d', 'SSH=9'];
    const child = program(side, '-e', service.endpoint, ...mapping, '-v', '6', '--json');
    const connection = await service.connection();
    const stale = encodeFrame(message({ type: MessageType.STREAM_RESET, streamId: 77, serviceId: 'SSH' }));
    const bytes = Buffer.alloc(stale.length * 200_000, stale);
    await new Promise((resolve) => connection.webSocket.send(bytes, resolve));
    connection.webSocket.ping('all');
    expect(await connection.pong()).toBe('all');
    expect(peakMegabytes(child.pid!)).toBeLessThan(MOST_MEGABYTES);
    await expectObedient(child);
  });
});
