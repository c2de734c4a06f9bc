import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Authority, openAuthority } from '../../../src/mock-service/certificates/authority.js';
import { allowedHost } from '../../../src/mock-service/connect-proxy/allowed-hosts.js';
import { answerConnect, refuseForwarding } from '../../../src/mock-service/connect-proxy/index.js';
import { EarlierAnswers } from '../../../src/mock-service/http/earlier-answers.js';
import { AdvanceableClock } from '../../../src/mock-service/kit/index.js';
import { type OpenPort, openPort } from '../../../src/mock-service/port/port.js';

let dir: string;
let authority: Authority;
let port: OpenPort;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-connect-'));
  authority = await openAuthority(dir);
  const http = createServer(async (request, response) => {
    if (!(await refuseForwarding(request, response)))
      response.end(`served ${request.headers.host}${request.url}`);
  });
  const earlierAnswers = new EarlierAnswers();
  answerConnect({ server: http, earlierAnswers }, new AdvanceableClock(), (socket) => port.accept(socket));
  port = await openPort({ host: '127.0.0.1', port: 0, authority, http });
});
afterEach(async () => {
  await port.close();
  await rm(dir, { recursive: true });
});

const DATA = 'data.tunneling.iot.eu-west-1.amazonaws.com';
const get = (host: string) => `GET /hello HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
const connectTo = (authorityForm: string) =>
  `CONNECT ${authorityForm} HTTP/1.1\r\nhost: ${authorityForm}\r\n\r\n`;

/** Sends bytes on a new connection; its socket once the first answer has come, with the status line. */
async function send(bytes: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port.port, '127.0.0.1');
  socket.write(bytes);
  const [chunk] = await once(socket, 'data');
  return { socket, answer: `${chunk}` };
}

describe('CONNECT', () => {
  it("serves an AWS host itself, under a certificate for that host's name", async () => {
    const { socket, answer } = await send(connectTo(`${DATA}:443`));
    expect(answer).toBe('HTTP/1.1 200 Connection established\r\n\r\n');
    const tls = connectTls({ socket, servername: DATA, ca: authority.caPem });
    tls.write(get(DATA));
    expect(await text(tls)).toContain(`served ${DATA}/hello`);
  });

  it('works over TLS to the proxy too', async () => {
    const outer = connectTls({
      host: '127.0.0.1',
      port: port.port,
      servername: 'localhost',
      ca: authority.caPem,
    });
    outer.write(connectTo(`${DATA}:443`));
    await once(outer, 'data');
    const tls = connectTls({ socket: outer, servername: DATA, ca: authority.caPem });
    tls.write(get(DATA));
    expect(await text(tls)).toContain(`served ${DATA}/hello`);
  });

  it('passes on what came along with the request', async () => {
    const { socket, answer } = await send(connectTo(`${DATA}:443`) + get(DATA));
    expect(answer + (await text(socket))).toContain(`served ${DATA}/hello`);
  });

  it.each([
    'example.com:443',
    'localhost:22',
    `${DATA}:80`,
    `evil.example/${DATA}:443`,
    ':',
    's3.amazonaws.com:443',
  ])('to %s is refused with 403 and the connection ends', async (target) => {
    const { socket, answer } = await send(connectTo(target));
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(answer + (await text(socket))).toContain('not a proxy');
  });

  it('within a CONNECT is refused', async () => {
    const { socket } = await send(connectTo(`${DATA}:443`));
    socket.write(connectTo(`${DATA}:443`));
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  it('survives clients that go away at any point', async () => {
    for (const bytes of ['CONNECT', connectTo(`${DATA}:443`), `${connectTo(`${DATA}:443`)}\u0016`]) {
      const socket = connect(port.port, '127.0.0.1');
      socket.write(bytes, () => socket.resetAndDestroy());
      await once(socket, 'close');
    }
    const { answer } = await send(get('x'));
    expect(answer).toContain('200 OK');
  });
});

it.each(['http://example.com/', `http://${DATA}/tunnel`, 'HTTPS://example.com/'])(
  'a request to forward %s is refused',
  async (url) => {
    const { answer } = await send(`GET ${url} HTTP/1.1\r\nhost: x\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  },
);

describe('the hosts', () => {
  it.each([
    'api.tunneling.iot.us-east-1.amazonaws.com',
    'data.tunneling.iot.ap-southeast-2.amazonaws.com',
    'DATA.tunneling.iot.eu-west-1.amazonaws.com',
    'data.tunneling.iot.cn-north-1.amazonaws.com.cn',
    'api.tunneling.iot.us-gov-west-1.amazonaws.com',
    'api.tunneling.iot-fips.us-east-1.amazonaws.com',
    'api.tunneling.iot.eu-central-1.api.aws',
    'api.iot-tunneling.us-east-1.api.aws',
    'api.iot-tunneling-fips.us-east-1.api.aws',
    'api.iot-tunneling.cn-north-1.api.amazonwebservices.com.cn',
    'data.tunneling.iot.eusc-de-east-1.amazonaws.eu',
    'api.tunneling.iot.us-iso-east-1.c2s.ic.gov',
    'sts.us-isob-east-1.sc2s.sgov.gov',
    'data.tunneling.iot.eu-isoe-west-1.cloud.adc-e.uk',
    'api.tunneling.iot.us-isof-south-1.csp.hci.ic.gov',
    'api.tunneling.iot.us-iso-east-1.api.aws.ic.gov',
    'data.tunneling.iot.ap-nowhere-9.amazonaws.com',
    'data.tunneling.iot.cn-nowhere-1.amazonaws.com.cn',
    'iot.eu-west-1.amazonaws.com',
    'sts.us-east-1.amazonaws.com',
    'sts.amazonaws.com',
  ])('%s is ours', (host) => {
    expect(allowedHost(`${host}:443`)).toBe(host.toLowerCase());
  });

  it.each([
    'amazonaws.com',
    's3.us-east-1.amazonaws.com',
    'iot.us-east-1.amazonaws.com.evil.example',
    'evil-iot.us-east-1.amazonaws.com',
    'x.iot.us-east-1.amazonaws.com',
    'iot.evil.amazonaws.com',
    'iot..amazonaws.com',
    'abc-ats.iot.us-east-1.amazonaws.com',
    'data.tunneling.iot.cn-north-1.amazonaws.com',
    'data.tunneling.iot.us-east-1.amazonaws.com.cn',
    'data.tunneling.iot.us-east-1.c2s.ic.gov',
    'api.iot-tunneling.us-east-1.amazonaws.com',
    's3.us-iso-east-1.c2s.ic.gov',
  ])('%s is not', (host) => {
    expect(allowedHost(`${host}:443`)).toBeUndefined();
  });
});
