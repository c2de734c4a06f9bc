import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_NOTIFICATION_BYTES, parseNotification } from '../../../src/clients/agent/notification.js';

const GOOD = {
  clientAccessToken: 'secret-token',
  clientMode: 'destination',
  region: 'us-east-1',
  services: ['SSH'],
};
const parse = (value: unknown) => parseNotification(Buffer.from(JSON.stringify(value)));

describe('a notification', () => {
  it('is read', () => {
    const { clientMode: _mode, ...read } = GOOD;
    expect(parse(GOOD)).toEqual(read);
    expect(parse({ ...GOOD, services: undefined, more: 1 })).toEqual({ ...read, services: [] });
  });

  it.each([
    ['no object', []],
    ['null', null],
    ['for a source', { ...GOOD, clientMode: 'source' }],
    ['without a mode', { ...GOOD, clientMode: undefined }],
    ['without a token', { ...GOOD, clientAccessToken: undefined }],
    ['with a token that would break a header', { ...GOOD, clientAccessToken: 'secret-token\r\nx: y' }],
    ['with a token that no handshake can hold', { ...GOOD, clientAccessToken: 'secret-token'.repeat(300) }],
    ['with a region that is a host', { ...GOOD, region: 'evil.example/' }],
    ['with too many services', { ...GOOD, services: Array(65).fill('SSH') }],
    ['with a service that is no id', { ...GOOD, services: ['a b'] }],
    ['with services that are no list', { ...GOOD, services: 'SSH' }],
    ['too long', { ...GOOD, more: 'x'.repeat(MAX_NOTIFICATION_BYTES) }],
  ])('%s is passed over, and the reason holds no token', (_name, value) => {
    const reason = parse(value);
    expect(typeof reason).toBe('string');
    expect(reason).not.toContain('secret-token');
  });

  it('of any bytes is judged without an exception', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseNotification(bytes)));
    fc.assert(fc.property(fc.json(), (text) => void parseNotification(Buffer.from(text))));
  });
});
