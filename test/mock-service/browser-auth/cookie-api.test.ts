import { describe, expect, it } from 'vitest';
import { CookieApi, type CookieApiOptions } from '../../../src/mock-service/browser-auth/index.js';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const TOKEN = 'AQGAAXgZhSQ_8-=.token';
const PAGE = 'http://localhost:4200';

function ask(options: CookieApiOptions = {}) {
  const api = new CookieApi({ wallClock: () => NOW, ...options });
  return (
    method: string,
    { origin = PAGE, body = JSON.stringify({ token: TOKEN }) as string, tls = true } = {},
  ) => api.answer({ method, url: api.path, headers: { origin }, body: Buffer.from(body) }, tls);
}

describe('POST', () => {
  it('over TLS sets the cookie as the article does, for the very host', () => {
    const { status, headers } = ask()('POST');
    expect(status).toBe(200);
    expect(headers['set-cookie']).toBe(
      `awsiot-tunnel-token=${TOKEN}; Path=/tunnel; Expires=Fri, 02 Jan 2026 05:04:05 GMT; SameSite=None; Secure; HttpOnly`,
    );
    expect(headers['access-control-allow-origin']).toBe(PAGE);
    expect(headers['access-control-allow-credentials']).toBe('true');
    expect(headers.vary).toBe('Origin');
  });

  it('over plain HTTP sets a cookie that browsers take there', () => {
    const { headers } = ask()('POST', { tls: false });
    expect(headers['set-cookie']).toMatch(/; SameSite=Lax; HttpOnly$/);
  });

  it('sets the attributes that the options name', () => {
    const cookie = { domain: '.example.com', sameSite: 'Strict', secure: true, maxAgeSeconds: 60 } as const;
    expect(ask({ cookie })('POST', { tls: false }).headers['set-cookie']).toMatch(
      /; Expires=Fri, 02 Jan 2026 03:05:05 GMT; Domain=\.example\.com; SameSite=Strict; Secure; HttpOnly$/,
    );
    expect(ask({ cookie: { sameSite: 'None' } })('POST', { tls: false }).headers['set-cookie']).toContain(
      '; Secure;',
    );
  });

  it('takes the dialect with a region, and a program that has no origin', () => {
    const body = JSON.stringify({ token: TOKEN, region: 'us-east-1' });
    expect(ask()('POST', { body }).headers['set-cookie']).toContain(TOKEN);
    const api = new CookieApi();
    const answer = api.answer({ method: 'POST', url: api.path, headers: {}, body: Buffer.from(body) }, true);
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each([
    ['an attribute', `${TOKEN}; Domain=evil.example`],
    ['a line', `${TOKEN}\r\nSet-Cookie: a=b`],
    ['a space', 'a b'],
    ['a quote', '"a"'],
    ['nothing', ''],
    ['a number', 5],
    ['letters outside ASCII', 'é'],
    ['far too much', 'x'.repeat(3001)],
  ])('refuses a token that holds %s', (_name, token) => {
    const { status, headers } = ask()('POST', { body: JSON.stringify({ token }) });
    expect(status).toBe(400);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  it.each(['', '{', 'null', '"token"', '{"Token":"x"}'])('refuses the body %j', (body) => {
    const { status, headers } = ask()('POST', { body });
    expect(status).toBe(400);
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

describe('OPTIONS answers the preflight', () => {
  it('with the methods and headers of the article', () => {
    const { status, headers } = ask()('OPTIONS', { body: '' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': PAGE,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'OPTIONS,GET,POST',
      'access-control-allow-headers': 'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token',
    });
    expect(headers).not.toHaveProperty('set-cookie');
  });
});

describe('origins', () => {
  it.each([
    'http://localhost',
    'https://localhost:8443',
    'http://127.0.0.1:3000',
    'http://127.1.2.3',
    'http://[::1]:3000',
    'http://app.localhost:1',
  ])('%s is allowed by default', (origin) => {
    expect(ask()('POST', { origin }).headers['access-control-allow-origin']).toBe(origin);
  });

  it.each([
    'https://evil.example',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example#localhost',
    'http://localhost@evil.example',
    'ftp://localhost',
    'null',
    '*',
  ])('%s is refused by default: 403, no cookie, no leave to read', (origin) => {
    for (const method of ['POST', 'OPTIONS']) {
      const { status, headers } = ask()(method, { origin });
      expect(status).toBe(403);
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('are those listed, and no others, where a list is given', () => {
    const post = ask({ allowOrigins: ['https://app.example.com'] });
    expect(post('POST', { origin: 'https://app.example.com' }).status).toBe(200);
    expect(post('POST', { origin: 'https://app.example.com:444' }).status).toBe(403);
    expect(post('POST', { origin: PAGE }).status).toBe(403);
  });

  it.each(['*', 'example.com', 'https://app.example.com/', 'null'])('%s cannot be listed', (origin) => {
    expect(() => new CookieApi({ allowOrigins: [origin] })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});

it.each([
  { path: 'set-cookie' },
  { path: '/a?b' },
  { cookie: { domain: 'a;b' } },
  { cookie: { maxAgeSeconds: 0 } },
  { cookie: { sameSite: 'None', secure: false } },
] satisfies CookieApiOptions[])('the options %j are refused at the start', (options) => {
  expect(() => new CookieApi(options)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});

it.each(['GET', 'PUT', 'DELETE'])('%s is not a method of the API', (method) => {
  const { status, headers } = ask()(method);
  expect(status).toBe(405);
  expect(headers).not.toHaveProperty('set-cookie');
});
