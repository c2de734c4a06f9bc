import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { encodeFrame, MessageType, message } from '../../src/protocol/index.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { RawClient, rawFrame } from '../support/raw-websocket.js';
import { LONGEST_STOP_MS, peakMegabytes, stopTime } from './support/process.js';

/* Each store of the service is filled beyond its limit, one after the other, in one process: docs/limits.md tells its total. */

const MEGABYTE = 1024 * 1024;
const CONNECTIONS = 16;
/** Tunnels whose destination does not read: each would hold more than a megabyte. */
const STUCK = 300;

const folder = temporaryFolder();
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let service: RunningProgram;
let port: number;

beforeAll(async () => {
  writeFileSync(folder.file('serve.json'), JSON.stringify({ logLevel: 'silent', enforce: 'close' }));
  service = startCli([
    ...['serve', '--port', '0', '--state-dir', folder.file('state'), '--json'],
    ...['--config', folder.file('serve.json')],
  ]);
  const { endpoint } = await service.event('ready');
  service.child.stdout.removeAllListeners('data').resume();
  port = Number((endpoint as string).split(':').at(-1));
});
afterAll(async () => {
  agent.destroy();
  await service[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

function call(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        const parsed = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
        resolve({ status: response.statusCode!, body: parsed });
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const admin = (method: string, path: string, body?: object): Promise<Answered> =>
  call(method, `/admin${path}`, body, { 'content-type': 'application/json' });
const aws = (operation: string, input: object): Promise<Answered> =>
  call('POST', '/', input, {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `IoTSecuredTunneling.${operation}`,
  });

/** Does something so many times, a few at once; gives the answers' statuses and how often each came. */
async function repeat(count: number, act: (i: number) => Promise<Answered>): Promise<Record<number, number>> {
  const statuses: Record<number, number> = {};
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const { status } = await act(next++);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return statuses;
}

interface Joined {
  readonly tunnelId: string;
  readonly source: WebSocket;
  readonly destination: WebSocket;
}

async function join(services: readonly string[]): Promise<Joined> {
  const { body } = await admin('POST', '/tunnels', { services });
  const { tunnel, sourceAccessToken, destinationAccessToken } = body as never as {
    tunnel: { tunnelId: string };
    sourceAccessToken: string;
    destinationAccessToken: string;
  };
  const connect = async (side: string, token: string): Promise<WebSocket> => {
    const socket = new WebSocket(
      `ws://127.0.0.1:${port}/tunnel?local-proxy-mode=${side}`,
      'aws.iot.securetunneling-3.0',
      { headers: { 'access-token': token }, perMessageDeflate: false },
    );
    socket.on('error', () => undefined);
    await once(socket, 'open');
    return socket;
  };
  const source = await connect('source', sourceAccessToken);
  const destination = await connect('destination', destinationAccessToken);
  return { tunnelId: tunnel.tunnelId, source, destination };
}

const start = (streamId: number, serviceId: string): Buffer =>
  Buffer.from(encodeFrame(message({ type: MessageType.STREAM_START, streamId, serviceId })));
const data = (streamId: number, serviceId: string, bytes: number): Buffer =>
  Buffer.from(
    encodeFrame(message({ type: MessageType.DATA, streamId, serviceId, payload: Buffer.alloc(bytes, 'x') })),
  );
const send = (socket: WebSocket, bytes: Buffer): Promise<void> =>
  new Promise((resolve) => socket.send(bytes, () => resolve()));

it('things: 1000, however many attributes each has', async () => {
  const attributes = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`${i}-`.padEnd(128, 'x'), 'y'.repeat(800)]),
  );
  const statuses = await repeat(1100, (i) =>
    call('POST', `/things/thing-${i}`, { attributePayload: { attributes } }),
  );
  expect(statuses).toEqual({ 200: 1000, 429: 100 });
});

it('closed tunnels: 10 000, deleted ones included', async () => {
  const ids: string[] = [];
  await repeat(14_000, async (i) => {
    const opened = await aws('OpenTunnel', { description: `tunnel ${i}`, tags: [{ key: 'k', value: 'v' }] });
    const { tunnelId } = opened.body as { tunnelId: string };
    ids.push(tunnelId);
    return aws('CloseTunnel', { tunnelId, delete: i % 2 === 0 });
  });
  const first = await aws('DescribeTunnel', { tunnelId: ids[1]! });
  expect(first.status).toBe(400);
});

it('texts of tunnels: 32 Mi characters', async () => {
  const services = Array.from({ length: 500 }, (_, i) => `${i}-`.padEnd(128, 'x'));
  const statuses = await repeat(450, () => admin('POST', '/tunnels', { services }));
  expect(statuses[429]).toBeGreaterThan(0);
  expect(statuses[201]).toBeGreaterThan(300);
});

it('streams that a tunnel remembers: 20 000 ids', async () => {
  const { source, destination } = await join([]);
  destination.resume();
  for (let id = 1; id <= 200; id++) {
    const burst = Array.from({ length: 250 }, (_, i) => start(id * 1000 + i, `service-${i}`));
    await send(source, Buffer.concat(burst));
  }
  source.terminate();
  destination.terminate();
});

it('captures in memory: 128 MiB together', async () => {
  const made = await Promise.all(Array.from({ length: 17 }, () => admin('POST', '/captures', {})));
  expect(made.map(({ status }) => status).sort()).toEqual([...Array(16).fill(201), 429]);
  const { source, destination } = await join(['SSH']);
  await send(source, start(1, 'SSH'));
  const frame = data(1, 'SSH', 60_000);
  for (let i = 0; i < 250; i++) await send(source, frame);
  source.ping();
  await once(source, 'pong');
  const { body } = await admin('GET', '/captures');
  const captures = body.captures as { bytes: number }[];
  const kept = captures.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(kept).toBeGreaterThan(100 * MEGABYTE);
  expect(kept).toBeLessThan(129 * MEGABYTE);
  source.terminate();
  destination.terminate();
});

it('bytes that wait for clients: 256 MiB together', async () => {
  // With a mask of zeros the same bytes serve all.
  const burst = Buffer.concat(
    Array.from({ length: 100 }, () => rawFrame(2, data(1, 'SSH', 60_000), { mask: Buffer.alloc(4) })),
  );
  const clients: RawClient[] = [];
  for (let i = 0; i < STUCK; i++) {
    const { body } = await admin('POST', '/tunnels', { services: ['SSH'] });
    const { sourceAccessToken, destinationAccessToken } = body as Record<string, string>;
    const source = await RawClient.open(port, { side: 'source', token: sourceAccessToken! });
    const destination = await RawClient.open(port, { side: 'destination', token: destinationAccessToken! });
    clients.push(destination, source);
    // Nothing more is gathered here.
    destination.socket.removeAllListeners('data').pause();
    source.binary(start(1, 'SSH'));
    source.write(burst);
  }
  expect((await call('GET', '/health')).status).toBe(200);
  // Whoever reads gets all of it.
  const { socket } = clients[0]!;
  socket.resume();
  while (socket.bytesRead < 100 * 60_000) await once(socket, 'data');
  for (const client of clients) client.destroy();
});

it('all of it stays below what docs/limits.md says, and the service stops in time', async () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const total = Number(/below (\d+) MB/.exec(page)![1]);
  expect(peakMegabytes(service.child.pid!)).toBeLessThan(total);
  const { ms, code } = await stopTime(service);
  expect(code).toBe(0);
  expect(ms).toBeLessThan(LONGEST_STOP_MS);
});
