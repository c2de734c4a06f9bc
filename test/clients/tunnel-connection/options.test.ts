import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionOptions } from '../../../src/clients/index.js';
import { resolveConnectionOptions } from '../../../src/clients/tunnel-connection/index.js';

const TOKEN = 'secret-access-token';

function resolve(options: Partial<ConnectionOptions>) {
  return resolveConnectionOptions(
    { endpoint: 'host', accessToken: TOKEN, environment: {}, ...options } as ConnectionOptions,
    'source',
  );
}

const proxyOf = (options: Partial<ConnectionOptions>): string | undefined =>
  resolve(options).handshake.route.webProxy?.label;

describe('connection options', () => {
  it.each<[string, Partial<ConnectionOptions>]>([
    ['endpoint or region', { endpoint: undefined as never }],
    ['endpoint or region', { region: 'us-east-1' }],
    ['accessToken', { accessToken: '' }],
    ['accessToken', { accessToken: 'a'.repeat(4000) }],
    ['accessToken', { accessToken: 'secret\nline' }],
    ['clientToken', { clientToken: 'short' }],
    ['clientToken', { clientToken: `${'a'.repeat(40)}_` }],
    ['format', { format: 'V4' as never }],
    ['subprotocol', { subprotocol: 'chat' as never }],
    ['pingIntervalMs', { pingIntervalMs: -1 }],
    ['handshakeTimeoutMs', { handshakeTimeoutMs: Number.NaN }],
    ['webProxy', { webProxy: 'http://user:secret@' }],
  ])('refuse a wrong %s, naming it and keeping tokens to themselves', (option, options) => {
    const attempt = (): unknown => resolve(options);
    expect(attempt).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(attempt).toThrow(new RegExp(`^${option}`));
    expect(attempt).not.toThrow(/secret|aaaaaaaa|short/);
  });

  it('offer the subprotocol at home with the format, or the one given', () => {
    expect(resolve({}).handshake.subprotocol).toBe('aws.iot.securetunneling-3.0');
    expect(resolve({ format: 'V1' }).handshake.subprotocol).toBe('aws.iot.securetunneling-1.0');
    const subprotocol = 'aws.iot.securetunneling-3.0';
    expect(resolve({ format: 'V1', subprotocol }).handshake.subprotocol).toBe(subprotocol);
  });
});

describe('the web proxy', () => {
  it('comes from HTTPS_PROXY with port 3128 unless it names one', () => {
    expect(proxyOf({ environment: { HTTPS_PROXY: 'http://proxy' } })).toBe('http://proxy:3128');
    expect(proxyOf({ environment: { HTTPS_PROXY: 'proxy:8080' } })).toBe('http://proxy:8080');
    expect(proxyOf({ environment: { HTTPS_PROXY: 'http://user:80@proxy:80/x' } })).toBe('http://proxy:80');
    expect(proxyOf({ environment: { https_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2' } })).toBe(
      'http://a:1',
    );
    expect(proxyOf({ environment: { https_proxy: '', HTTPS_PROXY: 'http://b:2' } })).toBeUndefined();
    expect(proxyOf({ environment: {} })).toBeUndefined();
  });

  it('is not asked for plain endpoints, nor where false is given', () => {
    const environment = { HTTPS_PROXY: 'http://proxy:1' };
    expect(proxyOf({ environment, endpoint: 'ws://host' })).toBeUndefined();
    expect(proxyOf({ environment, webProxy: false })).toBeUndefined();
    expect(proxyOf({ environment, webProxy: 'http://other:2' })).toBe('http://other:2');
  });

  it.each([
    ['host', true],
    ['*', true],
    ['other, .host', true],
    ['host:443', true],
    ['host:444', false],
    ['st', false],
    ['', false],
    ['*.host', true],
    ['other host', true],
    ['host.', true],
    ['.', false],
  ])('is spared by NO_PROXY=%j: %s', (list, spared) => {
    const webProxy = proxyOf({ environment: { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: list } });
    expect(webProxy === undefined).toBe(spared);
  });

  it('is spared for subdomains of a name in NO_PROXY', () => {
    const environment = { HTTPS_PROXY: 'http://proxy:1', no_proxy: 'amazonaws.com' };
    expect(proxyOf({ environment, region: 'us-east-1', endpoint: undefined as never })).toBeUndefined();
  });

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3:8443', '10.0.0.0/8:8443', true],
    ['10.1.2.3', '10.0.0.0/8:8443', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '2.3', false],
    ['[fd00::1]', 'fd00::/8', true],
    ['[fd00::1]', '[fd00::1]:443', true],
    ['[fd00::1]', 'fd00:0::1', true],
    ['[fd00::1]', '[fd00::1]:444', false],
    ['10.1.2.3', '10.0.0.0/99, ::/0', false],
  ])('of %s is spared by NO_PROXY=%j: %s', (endpoint, list, spared) => {
    const environment = { HTTPS_PROXY: 'http://proxy:1', NO_PROXY: list };
    expect(proxyOf({ environment, endpoint }) === undefined).toBe(spared);
  });

  it.each([
    ['http://user:pa%40ss@proxy:1', 'user:pa@ss'],
    ['http://user:p@ss/wo?rd#%@proxy:1', 'user:p@ss/wo?rd#%'],
    ['user:100%@proxy:1', 'user:100%'],
    ['http://us%C3%A9r:%e2%82%ac€@proxy:1', 'usér:€€'],
    ['https://user@proxy:1', 'user'],
    ['http://proxy:1', undefined],
  ])('takes the credentials of %s', (webProxy, credentials) => {
    const route = resolve({ webProxy }).handshake.route;
    expect(route.webProxy).toMatchObject({ host: 'proxy', port: 1, credentials });
  });

  it('is never shown with its password', () => {
    const { webProxy } = resolve({ webProxy: 'http://user:password@proxy:1' }).handshake.route;
    expect(webProxy?.label).toBe('http://proxy:1');
  });
});

describe('authorities to trust', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tunnel-testbed-ca-'));
    writeFileSync(join(directory, 'notes.txt'), 'no certificate');
    writeFileSync(
      join(directory, 'broken.pem'),
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
    );
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it.each<[string, () => Partial<ConnectionOptions>]>([
    ['is missing', () => ({ ca: join(directory, 'none.pem') })],
    ['holds no certificate', () => ({ ca: join(directory, 'notes.txt') })],
    ['is broken', () => ({ ca: join(directory, 'broken.pem') })],
    ['is no directory', () => ({ caDir: join(directory, 'notes.txt') })],
    ['is missing, named by SSL_CERT_FILE', () => ({ environment: { SSL_CERT_FILE: '/none.pem' } })],
  ])('are refused where the file %s', (_what, options) => {
    expect(() => resolve(options())).toThrow(expect.objectContaining({ code: 'CA_UNREADABLE' }));
  });

  it('are not looked at for plain endpoints', () => {
    expect(resolve({ endpoint: 'ws://host', ca: '/none.pem' }).handshake.route.trust).toBeUndefined();
  });
});
