import { describe, expect, it } from 'vitest';
import { endpointOfRegion, parseEndpoint } from '../../../src/clients/index.js';

describe('an endpoint', () => {
  it.each([
    ['host', { host: 'host', port: 443, tls: true, label: 'wss://host:443' }],
    ['HOST:8443', { host: 'host', port: 8443, tls: true, label: 'wss://host:8443' }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1, tls: true, label: 'wss://127.0.0.1:1' }],
    ['ws://localhost', { host: 'localhost', port: 80, tls: false, label: 'ws://localhost:80' }],
    [
      'ws://localhost:8443/tunnel',
      { host: 'localhost', port: 8443, tls: false, label: 'ws://localhost:8443' },
    ],
    ['wss://a.b-c.d/', { host: 'a.b-c.d', port: 443, tls: true, label: 'wss://a.b-c.d:443' }],
    ['[::1]:99', { host: '::1', port: 99, tls: true, label: 'wss://[::1]:99' }],
    ['ws://[::1]', { host: '::1', port: 80, tls: false, label: 'ws://[::1]:80' }],
  ])('is read from %s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it.each([
    '',
    ':443',
    'host:',
    'host:0',
    'host:65536',
    'host:x',
    'http://host',
    'a b',
    '::1',
    'host/path',
    '[x]:1',
  ])('is not read from %j: the error names option and value', (text) => {
    const parse = (): unknown => parseEndpoint(text, '--proxy-endpoint');
    expect(parse).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
    expect(parse).toThrow(`--proxy-endpoint '${text}'`);
  });

  it('follows from a region, as AWS names its hosts', () => {
    expect(endpointOfRegion('eu-west-1').label).toBe('wss://data.tunneling.iot.eu-west-1.amazonaws.com:443');
    expect(endpointOfRegion('cn-north-1').host).toBe('data.tunneling.iot.cn-north-1.amazonaws.com.cn');
    expect(() => endpointOfRegion('EU West')).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
  });
});
