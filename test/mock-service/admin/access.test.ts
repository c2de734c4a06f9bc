import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { checkAccess } from '../../../src/mock-service/admin/access.js';
import { startAdmin } from './harness.js';

describe('who may use the admin API', () => {
  let admin: Awaited<ReturnType<typeof startAdmin>> | undefined;
  afterEach(() => admin?.stop());

  const OPEN = ['/admin/health', '/admin/ready', '/admin/ca.pem'];

  it('without a token: programs of this machine, by any loopback name', async () => {
    admin = await startAdmin();
    const { port } = admin.service;
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      expect((await admin.ask('GET', '/admin/tunnels', undefined, { host })).status).toBe(200);
    }
  });

  it.each([
    ['a name that was rebound', { host: 'evil.example:8443' }],
    ["another site's page", { origin: 'https://evil.example' }],
    ['a page of a file', { origin: 'null' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a link on another site', { 'sec-fetch-site': 'cross-site' }],
  ])('without a token: refuses %s, whatever it asks', async (_who, headers) => {
    admin = await startAdmin();
    for (const [method, path] of [
      ['GET', '/admin/tunnels'],
      ['POST', '/admin/reset'],
      ['GET', '/admin/events'],
      ['GET', '/admin/nothing'],
    ] as const) {
      const { status, json } = await admin.ask(method, path, undefined, headers);
      expect({ status, error: json.error }).toEqual({ status: 403, error: 'FORBIDDEN' });
    }
  });

  it('without a token: lets pages of its own origin in', async () => {
    admin = await startAdmin();
    const origin = `http://127.0.0.1:${admin.service.port}`;
    const headers = { origin, 'sec-fetch-site': 'same-origin' };
    expect((await admin.ask('GET', '/admin/tunnels', undefined, headers)).status).toBe(200);
  });

  it('without a token: refuses peers that are not loopback', () => {
    const from = (remoteAddress: string) =>
      ({ socket: { remoteAddress }, headers: { host: '127.0.0.1:8443' } }) as never;
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '2001:db8::1', '']) {
      expect(() => checkAccess(from(address), undefined)).toThrow(/admin token/);
    }
    for (const address of ['127.0.0.1', '127.8.9.1', '::ffff:127.0.0.1', '::1']) {
      expect(() => checkAccess(from(address), undefined)).not.toThrow();
    }
  });

  it('with a token: whoever bears it, and nobody else, loopback or not', async () => {
    admin = await startAdmin({ adminToken: 'let-me-in-please', advertise: ['service.example'] });
    const ask = (authorization?: string) =>
      admin!.ask('GET', '/admin/tunnels', undefined, {
        host: 'service.example',
        ...(authorization !== undefined && { authorization }),
      });
    expect((await ask('Bearer let-me-in-please')).status).toBe(200);
    for (const wrong of [
      undefined,
      'Bearer let-me-in',
      'Bearer let-me-in-pleasE',
      'Basic let-me-in-please',
    ]) {
      const { status, json, text } = await ask(wrong);
      expect({ wrong, status, error: json.error }).toEqual({ wrong, status: 401, error: 'UNAUTHORIZED' });
      expect(text).not.toContain('let-me-in');
    }
  });

  it('leaves health, readiness and the CA open to all', async () => {
    admin = await startAdmin({ adminToken: 'let-me-in-please' });
    for (const path of OPEN) {
      expect((await admin.ask('GET', path, undefined, { host: '192.0.2.7' })).status).toBe(200);
    }
    expect((await admin.get('/admin/ca.pem')).text).toMatch(/^-----BEGIN CERTIFICATE-----/);
  });

  it('answers over TLS alike', async () => {
    admin = await startAdmin();
    const { text: ca } = await admin.get('/admin/ca.pem');
    const socket = connectTls({ port: admin.service.port, host: '127.0.0.1', ca, servername: 'localhost' });
    socket.end('GET /admin/ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of socket) answer += chunk;
    expect(answer).toContain('{"ready":true}');
  });
});
