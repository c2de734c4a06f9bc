import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/scenario-runner/trial/free-port.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';
import { peakMegabytes } from './support/process.js';

/* Requests that never end, that are too large, or that come before the earlier ones are answered. */

/** So long a request may take here, in milliseconds. */
const REQUEST_TIMEOUT_MS = 1000;
const TRICKLE_MS = 50;
const MEGABYTE = 1024 * 1024;
/** What the service itself takes, and what the collector leaves for a while of 4 × 64 MiB that are passed over. */
const MOST_MEGABYTES = 300;

const undo: (() => unknown)[] = [];
let usual: Started;
let strict: Started;
beforeAll(async () => {
  [usual, strict] = await Promise.all([serve(), serve({ requestTimeoutMs: REQUEST_TIMEOUT_MS })]);
});
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

interface Started {
  readonly service: RunningProgram;
  readonly port: number;
  readonly mqttPort: number;
}

async function serve(options: object = {}): Promise<Started> {
  const folder = temporaryFolder();
  undo.push(() => folder[Symbol.dispose]());
  const mqttPort = await freePort();
  writeFileSync(folder.file('serve.json'), JSON.stringify(options));
  const service = startCli([
    ...['serve', '--port', '0', '--state-dir', folder.file('state'), '--mqtt-port', String(mqttPort)],
    ...['--json', '--config', folder.file('serve.json')],
  ]);
  undo.push(() => service[Symbol.asyncDispose]());
  const { endpoint } = await service.event('ready');
  return { service, mqttPort, port: Number((endpoint as string).split(':').at(-1)) };
}

interface Talk {
  readonly socket: Socket;
  /** All that was answered, once the service has ended the connection. */
  readonly answered: Promise<string>;
  /** What has been answered so far. */
  text(): string;
  /** Waits for more to be answered. */
  until(enough: () => boolean): Promise<void>;
}

async function talk(port: number): Promise<Talk> {
  const socket = connect(port, '127.0.0.1');
  undo.push(() => socket.destroy());
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  // Bytes that are still sent to a connection that has ended.
  socket.on('error', () => undefined);
  const answered = new Promise<string>((resolve) => socket.once('close', () => resolve(text)));
  await once(socket, 'connect');
  const until = async (enough: () => boolean): Promise<void> => {
    while (!enough()) await once(socket, 'data');
  };
  return { socket, answered, until, text: () => text };
}

/** Sends the beginning, and then `more`, again and again, for as long as the connection lasts. */
function trickle({ socket }: Talk, beginning: string | Buffer, more: string | Buffer): void {
  socket.write(beginning);
  const timer = setInterval(() => socket.write(more), TRICKLE_MS);
  socket.once('close', () => clearInterval(timer));
  undo.push(() => clearInterval(timer));
}

const HOST = 'Host: localhost\r\n';
const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n';
const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`;
const post = (path: string, length: number, more = ''): string =>
  `POST ${path} HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: ${length}\r\n${more}\r\n`;
/** The record of a ClientHello of 512 bytes, whose bytes do not come. */
const TLS_RECORD = Buffer.from('160301020001', 'hex');
/** A CONNECT of MQTT that announces 100 bytes. */
const MQTT_CONNECT = Buffer.from('106400044d515454', 'hex');

describe('what trickles is ended by a time', () => {
  const CONNECT = 'CONNECT data.tunneling.iot.eu-west-1.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n';
  it.concurrent.each<[string, string | Buffer, string | Buffer, RegExp]>([
    ['a header', 'GET /health HTTP/1.1\r\n', 'a: b\r\n', /^HTTP\/1\.1 408 /],
    [
      'a header behind a whole request',
      `${get('/health')}GET /health HTTP/1.1\r\n`,
      'a: b\r\n',
      / 200 .* 408 /s,
    ],
    ['a body', post('/admin/tunnels', 1000), ' ', /^HTTP\/1\.1 408 /],
    ['a body of a declined upgrade', post('/admin/tunnels', 1000, H2C), ' ', /^HTTP\/1\.1 408 /],
    ['a body behind a refusal', post('/admin/tunnels', 5 * MEGABYTE), ' ', /^HTTP\/1\.1 413 .*}$/s],
    ['a header behind a declined upgrade', `${get('/health', H2C)}GET /`, 'a', / 200 .* 408 /s],
    [
      'a header of an upgrade',
      upgradeRequest('/tunnel', UPGRADE_HEADERS).slice(0, -2),
      'a: b\r\n',
      /^HTTP\/1\.1 408 /,
    ],
    ['a TLS handshake', TLS_RECORD, '\0', /^$/],
    ['a header within CONNECT', `${CONNECT}GET / HTTP/1.1\r\n`, 'a: b\r\n', / 200 .* 408 /s],
    [
      'a TLS handshake within CONNECT',
      CONNECT + TLS_RECORD.toString('latin1'),
      '\0',
      /^HTTP\/1\.1 200 .*\r\n\r\n$/s,
    ],
    ['nothing within CONNECT', CONNECT, '', /^HTTP\/1\.1 200 .*\r\n\r\n$/s],
  ])('%s', async (_what, beginning, more, answer) => {
    const { port, service } = strict;
    const client = await talk(port);
    trickle(client, Buffer.from(beginning as string, 'latin1'), more);
    expect(await client.answered).toMatch(answer);
    expect(service.child.exitCode).toBeNull();
  });

  it.concurrent.each([
    ['the CONNECT of a device', MQTT_CONNECT],
    ['the TLS handshake of a device', TLS_RECORD],
  ])('%s', async (_what, beginning) => {
    const { mqttPort } = strict;
    const device = await talk(mqttPort);
    trickle(device, beginning, '\0');
    expect(await device.answered).toBe('');
  });
});

describe('a body that is too large', () => {
  it.each([
    ['announced', post('/admin/tunnels', 64 * MEGABYTE)],
    ['announced to AWS’s API', post('/', 64 * MEGABYTE, 'X-Amz-Target: IoTSecuredTunneling.OpenTunnel\r\n')],
    ['announced to the cookie API', post('/set-cookie', 64 * MEGABYTE, 'Origin: http://localhost\r\n')],
    [
      'in chunks',
      `${post('/admin/tunnels', 0).replace(/Content-Length: 0/, 'Transfer-Encoding: chunked')}4000000\r\n`,
    ],
  ])('is answered with 413 to a client that sends all of it before it reads: %s', async (_how, head) => {
    const { port, service } = usual;
    const client = await talk(port);
    client.socket.pause();
    client.socket.write(head);
    const chunk = Buffer.alloc(MEGABYTE, ' ');
    for (let sent = 0; sent < 64; sent++) {
      if (!client.socket.write(chunk)) await once(client.socket, 'drain');
    }
    if (head.includes('chunked')) client.socket.write('\r\n0\r\n\r\n');
    client.socket.resume();
    expect(await client.answered).toMatch(/^HTTP\/1\.1 413 .*}$/s);
    expect(peakMegabytes(service.child.pid!)).toBeLessThan(MOST_MEGABYTES);
  });
});

describe('requests behind others that are not answered yet', () => {
  const statuses = (text: string): number[] =>
    [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
  const opens = (more = ''): string => `${post('/admin/tunnels', 2, more)}{}`;

  it.each<[string, readonly string[], readonly number[]]>([
    [
      'an upgrade that is declined, between two',
      [get('/health'), get('/nothing', H2C), get('/health')],
      [200, 404, 200],
    ],
    ['one that is declined first', [get('/health', H2C), get('/nothing')], [200, 404]],
    ['one behind what takes longer', [opens(), get('/nothing', H2C), get('/health')], [201, 404, 200]],
    ['nothing but declined ones', Array.from({ length: 20 }, () => get('/health', H2C)), Array(20).fill(200)],
    ['an unreadable one', [opens(), get('/health'), 'nonsense\r\n\r\n'], [201, 200, 400]],
    ['a handshake', [opens(), get('/health'), upgradeRequest('/tunnel', UPGRADE_HEADERS)], [201, 200, 400]],
    [
      'a CONNECT',
      [opens(), get('/health'), `CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`],
      [201, 200, 403],
    ],
  ])('are answered in their order: %s', async (_what, requests, expected) => {
    const { port } = usual;
    const client = await talk(port);
    client.socket.write(requests.join(''));
    await client.until(() => statuses(client.text()).length === expected.length);
    expect(statuses(client.text())).toEqual(expected);
  });

  it('a declined one with a body is answered, and the next one too, or the client is told to ask again', async () => {
    const { port } = usual;
    const client = await talk(port);
    client.socket.write(opens(H2C) + get('/health'));
    await client.until(() => /connection: close|ok\n/i.test(client.text()));
    const text = client.text();
    expect(statuses(text)).toEqual(/connection: close/i.test(text) ? [201] : [201, 200]);
  });

  it('a client that has thousands declined on one connection is answered until it is told to come anew', async () => {
    const { port, service } = usual;
    const client = await talk(port);
    for (let i = 0; i < 20 && !client.socket.destroyed; i++) {
      client.socket.write(get('/health', H2C).repeat(200));
    }
    const answers = statuses(await client.answered);
    expect(answers.length).toBeGreaterThan(10);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(service.stderr).not.toContain('MaxListeners');
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  });
});
