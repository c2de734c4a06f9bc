import { describe, expect, it } from 'vitest';
import { codeOf, handshake, START, startRegistry } from './harness.js';

describe('opening a tunnel', () => {
  it('gives it an id, an ARN and two tokens of 400 to 900 characters that header and cookie carry unquoted', () => {
    const { registry } = startRegistry();
    const { tunnel, sourceAccessToken, destinationAccessToken } = registry.open();
    expect(tunnel.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(tunnel.arn).toBe(`arn:aws:iot:us-east-1:123456789012:tunnel/${tunnel.id}`);
    for (const token of [sourceAccessToken, destinationAccessToken])
      expect(token).toMatch(/^[\w-]{400,900}$/);
    expect(sourceAccessToken).not.toBe(destinationAccessToken);
  });

  it('repeats ids and tokens for the same seed, whatever handshakes came between', () => {
    const first = startRegistry().registry;
    const second = startRegistry().registry;
    first.open();
    second.open();
    first.admit(handshake('source', 'unknown'));
    const [a, b] = [first.open(), second.open()];
    expect([a.tunnel.id, a.sourceAccessToken]).toEqual([b.tunnel.id, b.sourceAccessToken]);
  });

  it('is OPEN with both sides DISCONNECTED, and told', () => {
    const { registry, told } = startRegistry();
    const { tunnel } = registry.open({ services: ['SSH'], thingName: 'lamp' });
    expect(tunnel.status).toBe('OPEN');
    for (const side of ['source', 'destination'] as const) {
      expect(tunnel.sideState(side)).toEqual({ status: 'DISCONNECTED', lastUpdatedAt: START });
    }
    const event = {
      event: 'tunnel-opened',
      at: START,
      tunnelId: tunnel.id,
      services: ['SSH'],
      thingName: 'lamp',
    };
    expect(told).toEqual([event]);
  });

  it('uses given tokens, once each', () => {
    const { registry, connect } = startRegistry();
    registry.open({ sourceAccessToken: 'for-the-source', destinationAccessToken: 'for-the-destination' });
    connect(handshake('source', 'for-the-source'));
    expect(codeOf(() => registry.open({ destinationAccessToken: 'for-the-source' }))).toBe('INVALID_OPTION');
  });

  it.each([
    { maxLifetimeMinutes: 0 },
    { maxLifetimeMinutes: 721 },
    { maxLifetimeMinutes: 1.5 },
    { maxLifetimeMinutes: Number.NaN },
    { services: [''] },
    { services: ['a b'] },
    { services: ['x'.repeat(129)] },
    { services: ['SSH', 'SSH'] },
    { thingName: 'näme' },
    { sourceAccessToken: '' },
    { sourceAccessToken: 'a;b' },
    { sourceAccessToken: 'a b' },
    { sourceAccessToken: 'same', destinationAccessToken: 'same' },
  ])('refuses %o', (input) => {
    expect(codeOf(() => startRegistry().registry.open(input))).toBe('INVALID_OPTION');
  });

  it('never repeats a refused token in its error', () => {
    expect(() => startRegistry().registry.open({ sourceAccessToken: 'se cret' })).toThrow(/^(?!.*se cret)/);
  });
});

describe('quotas', () => {
  it('are off unless given', () => {
    const { registry } = startRegistry();
    for (let i = 0; i < 200; i++) registry.open({ services: ['A', 'B', 'C', 'D'] });
    expect(registry.list()).toHaveLength(200);
  });

  it('limit the services of a tunnel, at opening and at rotation', () => {
    const { registry } = startRegistry({ maxServicesPerTunnel: 3 });
    const { tunnel } = registry.open({ services: ['A', 'B', 'C'] });
    const services = ['A', 'B', 'C', 'D'];
    expect(codeOf(() => registry.open({ services }))).toBe('LIMIT_EXCEEDED');
    expect(codeOf(() => registry.rotate(tunnel.id, ['source'], { services }))).toBe('LIMIT_EXCEEDED');
  });

  it('limit the open tunnels; a closed one makes room', () => {
    const { registry } = startRegistry({ maxOpenTunnels: 2 });
    registry.open();
    const { tunnel } = registry.open();
    expect(codeOf(() => registry.open())).toBe('LIMIT_EXCEEDED');
    registry.close(tunnel.id, { delete: true });
    registry.open();
  });
});
