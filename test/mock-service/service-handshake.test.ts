import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AdvanceableClock, type ServiceEvent } from '../../src/mock-service/index.js';
import { type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { RawClient, SAMPLE_KEY, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';

type Headers = [string, string][];
const PROTOCOL: Headers = [['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-3.0']];

describe('the handshake, byte by byte', () => {
  let raw: ServiceForRaw;
  beforeAll(async () => {
    raw = await startForRaw();
  });
  afterAll(() => raw.stop());

  const tokens = () => raw.service.openTunnel({ services: ['SSH'] });

  async function ask(bytes: string, where: { ca?: string } = {}) {
    const client = await raw.connect(where);
    client.write(bytes);
    const answer = await client.answer();
    return { ...answer, client };
  }

  function shake(headers: Headers, target = '/tunnel?local-proxy-mode=source'): string {
    return upgradeRequest(target, [...UPGRADE_HEADERS, ...PROTOCOL, ...headers]);
  }

  it('answers 101 with the accept key, the subprotocol and a channel-id (H6, H10)', async () => {
    const { status, headers, client } = await ask(shake([['access-token', tokens().sourceAccessToken]]));
    expect(status).toBe(101);
    // The answer to the sample key is RFC 6455's own (1.3).
    expect(headers.get('sec-websocket-accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    expect(headers.get('sec-websocket-protocol')).toBe('aws.iot.securetunneling-3.0');
    expect(headers.get('channel-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect((await client.frame()).payload.toString('hex')).toBe('00070805320353534 8'.replace(' ', ''));
  });

  it.each<[string, (token: string) => string, number, RegExp]>([
    [
      'H1: another path',
      (token) => shake([['access-token', token]], '/other?local-proxy-mode=source'),
      400,
      /path/i,
    ],
    ['H2: no mode', (token) => shake([['access-token', token]], '/tunnel'), 400, /local-proxy-mode/],
    [
      'H2: an unknown mode',
      (token) => shake([['access-token', token]], '/tunnel?local-proxy-mode=middle'),
      400,
      /local-proxy-mode/,
    ],
    ['H3: no token', () => shake([]), 400, /token/],
    [
      'H3: two headers',
      (token) =>
        shake([
          ['access-token', token],
          ['access-token', token],
        ]),
      400,
      /token/,
    ],
    [
      'H3: header and cookie',
      (token) =>
        shake([
          ['access-token', token],
          ['Cookie', `awsiot-tunnel-token=${token}`],
        ]),
      400,
      /token/,
    ],
    [
      'H3: two cookies in one header',
      (token) => shake([['Cookie', `awsiot-tunnel-token=${token}; awsiot-tunnel-token=${token}`]]),
      400,
      /token/,
    ],
    ['H3: an unknown token', () => shake([['access-token', 'nobody']]), 403, /^Invalid access-token$/],
    [
      'H4: the other side',
      (token) => shake([['access-token', token]], '/tunnel?local-proxy-mode=destination'),
      400,
      /source|destination/,
    ],
    [
      'H6: no common subprotocol',
      (token) =>
        upgradeRequest('/tunnel?local-proxy-mode=source', [
          ...UPGRADE_HEADERS,
          ['Sec-WebSocket-Protocol', 'chat'],
          ['access-token', token],
        ]),
      400,
      /protocol/i,
    ],
    [
      'H7: a malformed client token',
      (token) =>
        shake([
          ['access-token', token],
          ['client-token', 'short'],
        ]),
      400,
      /client.token/i,
    ],
    [
      'H7: two client tokens',
      (token) =>
        shake([
          ['access-token', token],
          ['client-token', 'a'.repeat(32)],
          ['client-token', 'a'.repeat(32)],
        ]),
      400,
      /client.token/i,
    ],
    [
      'RFC 6455: no key',
      (token) => shake([['access-token', token]]).replace(/Sec-WebSocket-Key.*\r\n/, ''),
      400,
      /Sec-WebSocket-Key/,
    ],
    [
      'RFC 6455: a bad key',
      (token) => shake([['access-token', token]]).replace(SAMPLE_KEY, 'short'),
      400,
      /Sec-WebSocket-Key/,
    ],
    [
      'RFC 6455: another version',
      (token) => shake([['access-token', token]]).replace('Version: 13', 'Version: 12'),
      426,
      /Sec-WebSocket-Version/,
    ],
    [
      'RFC 6455: no Upgrade',
      (token) => shake([['access-token', token]]).replace(/Upgrade: websocket\r\n/, ''),
      400,
      /Upgrade/,
    ],
    [
      'RFC 6455: Upgrade to something else',
      (token) => shake([['access-token', token]]).replace('websocket', 'h2c'),
      400,
      /Upgrade/,
    ],
    [
      'RFC 6455: POST',
      (token) => shake([['access-token', token]]).replace('GET', 'POST'),
      400,
      /GET|method/i,
    ],
    ['no HTTP at all', () => 'HELLO\r\n\r\n', 400, /Bad request/],
    [
      'headers of 70 KB',
      (token) =>
        shake([
          ['access-token', token],
          ['x-filler', 'x'.repeat(70_000)],
        ]),
      400,
      /4096/,
    ],
    [
      'headers of 200 KB',
      (token) =>
        shake([
          ['access-token', token],
          ['x-filler', 'x'.repeat(200_000)],
        ]),
      400,
      /Bad request/,
    ],
  ])('refuses with plain text and a channel-id: %s', async (_name, bytes, expected, reason) => {
    const { sourceAccessToken } = tokens();
    const { status, headers, body, client } = await ask(bytes(sourceAccessToken));
    expect({ status, body }).toEqual({ status: expected, body: expect.stringMatching(reason) });
    expect(headers.get('channel-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body).not.toContain(sourceAccessToken);
    client.socket.end();
    await client.end();
    // H8: a refused handshake spends nothing.
    const again = await ask(shake([['access-token', sourceAccessToken]]));
    expect(again.status).toBe(101);
  });

  it.each([
    ['plain', false],
    ['over TLS', true],
  ])('measures the request as sent: 4096 bytes pass, 4097 do not (H5), %s', async (_name, tls) => {
    const where = tls ? { ca: readFileSync(raw.service.caPath, 'utf8') } : {};
    const { sourceAccessToken, destinationAccessToken } = tokens();
    const of = (token: string, side: string, length: number) => {
      const target = `/tunnel?local-proxy-mode=${side}`;
      const bare = shake(
        [
          ['access-token', token],
          ['x-filler', ''],
        ],
        target,
      );
      return shake(
        [
          ['access-token', token],
          ['x-filler', 'x'.repeat(length - bare.length)],
        ],
        target,
      );
    };
    expect((await ask(of(sourceAccessToken, 'source', 4096), where)).status).toBe(101);
    const over = await ask(of(destinationAccessToken, 'destination', 4097), where);
    expect(over).toMatchObject({ status: 400, body: expect.stringContaining('4097') });
    // Spaces that no parsed header shows count as well, frames behind the request do not.
    const spaces = of(destinationAccessToken, 'destination', 4090).replace(
      'x-filler: ',
      `x-filler: ${' '.repeat(7)}`,
    );
    expect((await ask(spaces, where)).status).toBe(400);
    const followed = `${of(destinationAccessToken, 'destination', 4096)}${'\x8a\x80abcd'.repeat(50)}`;
    expect((await ask(followed, where)).status).toBe(101);
  });

  it('does not count earlier requests of the connection (H5)', async () => {
    const client = await raw.connect();
    for (let i = 0; i < 3; i++) {
      client.write(`GET /health HTTP/1.1\r\nHost: localhost\r\nx-filler: ${'x'.repeat(2000)}\r\n\r\n`);
      expect((await client.answer()).status).toBe(200);
    }
    client.write(shake([['access-token', tokens().sourceAccessToken]]));
    expect((await client.answer()).status).toBe(101);
  });

  it('reads frames that came in one piece with the request', async () => {
    const client = await raw.connect();
    const bytes = Buffer.concat([
      Buffer.from(shake([['access-token', tokens().sourceAccessToken]])),
      Buffer.from('8982000000006869', 'hex'),
    ]);
    client.write(bytes);
    expect((await client.answer()).status).toBe(101);
    await client.frame();
    expect(await client.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('hi') });
  });

  it('answers other paths with JSON, and says that it is healthy', async () => {
    expect(await ask('GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatchObject({
      status: 404,
      body: expect.stringContaining('NOT_FOUND'),
    });
    expect(await ask('GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n')).toMatchObject({ status: 200 });
  });

  it('answers who asks for h2c as if it had not, body and all, and goes on with the connection', async () => {
    const client = await raw.connect();
    const upgrade = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIA\r\n';
    for (let i = 0; i < 2; i++) {
      client.write(`GET /health HTTP/1.1\r\nHost: localhost\r\n${upgrade}\r\n`);
      expect(await client.answer()).toMatchObject({ status: 200, body: 'ok\n' });
    }
    const target =
      'X-Amz-Target: IoTSecuredTunneling.OpenTunnel\r\nContent-Type: application/x-amz-json-1.1\r\n';
    client.write(`POST / HTTP/1.1\r\nHost: localhost\r\n${upgrade}${target}Content-Length: 2\r\n\r\n{`);
    client.write('}');
    expect(await client.answer()).toMatchObject({ status: 200, body: expect.stringContaining('tunnelArn') });
  });

  it('echoes the dialect it was offered', async () => {
    const dialect = upgradeRequest('/tunnel?local-proxy-mode=source', [
      ...UPGRADE_HEADERS,
      ['Sec-WebSocket-Protocol', 'aws.iot.securedtunneling-1.0'],
      ['access-token', tokens().sourceAccessToken],
    ]);
    const { status, headers } = await ask(dialect);
    expect([status, headers.get('sec-websocket-protocol')]).toEqual([101, 'aws.iot.securedtunneling-1.0']);
  });

  it('tells of every refusal once, with its rule', async () => {
    const seen: ServiceEvent<'handshake-rejected'>[] = [];
    const stop = raw.service.on('handshake-rejected', (event) => seen.push(event));
    await ask(shake([]));
    await ask(shake([['access-token', tokens().sourceAccessToken]]).replace(SAMPLE_KEY, 'short'));
    stop();
    expect(seen).toHaveLength(2);
    expect(seen[0]).toMatchObject({
      status: 400,
      rule: 'H3',
      remoteAddress: expect.stringContaining('127.0.0.1'),
    });
  });
});

describe('limited handshakes', () => {
  it('are answered with 429 beyond the rate, until the clock has moved on', async () => {
    const clock = new AdvanceableClock({ frozen: true });
    const raw = await startForRaw({ clock, limits: { handshakesPerSecond: 2 } });
    const { sourceAccessToken: token } = raw.service.openTunnel();
    const statusOf = async () => {
      const client = await raw.connect();
      client.write(
        upgradeRequest('/tunnel?local-proxy-mode=source', [...UPGRADE_HEADERS, ['access-token', 'none']]),
      );
      return (await client.answer()).status;
    };
    expect([await statusOf(), await statusOf(), await statusOf()]).toEqual([400, 400, 429]);
    clock.advance(500);
    await expect(raw.open({ side: 'source', token })).resolves.toBeInstanceOf(RawClient);
    await raw.stop();
  });
});
