import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectThrough } from '../../../src/clients/tunnel-connection/connect-through.js';
import { webProxyFor } from '../../../src/clients/tunnel-connection/web-proxy.js';

const endpoint = { host: 'fd00::1', port: 443, tls: true, label: 'wss://[fd00::1]:443' };
let proxy: Server;
let asked: { url: string | undefined; authorization: string | undefined }[];
let answer: string;

beforeEach(async () => {
  asked = [];
  proxy = createServer();
  proxy.on('connect', ({ url, headers }, socket: Socket) => {
    asked.push({ url, authorization: headers['proxy-authorization'] });
    socket.on('error', () => {});
    socket.end(answer);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
});
afterEach(() => void proxy.close());

function connect(credentials = '', scheme = 'http'): Promise<Socket> {
  const { port } = proxy.address() as AddressInfo;
  const web = webProxyFor(endpoint, `${scheme}://${credentials}127.0.0.1:${port}`, {});
  return connectThrough(web!, endpoint, { trust: undefined, verify: true }, new AbortController().signal);
}

describe('a web proxy', () => {
  it('gets the endpoint and the credentials, and hands over what comes behind its answer', async () => {
    answer = 'HTTP/1.1 200 OK\r\n\r\nhello';
    const socket = await connect('us%C3%A9r:p@ss/word@');
    const [bytes] = await once(socket, 'data');
    expect(String(bytes)).toBe('hello');
    expect(asked).toEqual([
      {
        url: '[fd00::1]:443',
        authorization: `Basic ${Buffer.from('usér:p@ss/word').toString('base64')}`,
      },
    ]);
    socket.destroy();
  });

  it.each([
    ['403 Forbidden', '', '', /answered 403 to CONNECT \[fd00::1\]:443; allow it there/],
    [
      '407 Proxy Authentication Required',
      'proxy-authenticate: Basic realm="x"\r\n',
      '',
      /it wants credentials/,
    ],
    [
      '407 Proxy Authentication Required',
      'proxy-authenticate: Basic realm="x"\r\n',
      'u:p@',
      /check user and password/,
    ],
    [
      '407 Proxy Authentication Required',
      'proxy-authenticate: NTLM\r\n',
      'u:p@',
      /wants the authentication 'NTLM'.*Basic alone/,
    ],
    [
      '407 Proxy Authentication Required',
      'proxy-authenticate: NTLM, Basic realm="x"\r\n',
      'u:p@',
      /check user and password/,
    ],
  ])('that answers %s with %j is named with what to do', async (status, headers, credentials, message) => {
    answer = `HTTP/1.1 ${status}\r\n${headers}content-length: 0\r\n\r\n`;
    const refused = connect(credentials);
    await expect(refused).rejects.toMatchObject({
      code: 'PROXY_REFUSED',
      message: expect.stringMatching(message),
    });
    await expect(refused).rejects.toThrow(/^web proxy http:\/\/127\.0\.0\.1:/);
    await expect(refused).rejects.not.toThrow(/u:p/);
  });

  it('that speaks no TLS where https was said is told so', async () => {
    answer = '';
    const message = expect.stringMatching(
      /^web proxy https:.* cannot be trusted: .*http:\/\/ if it speaks no TLS/,
    );
    await expect(connect('', 'https')).rejects.toMatchObject({ code: 'TLS_FAILED', message });
  });
});
