import { describe, expect, it } from 'vitest';
import { CLIENT_TOKEN, codeOf, handshake, startRegistry } from './harness.js';

describe('rotating tokens', () => {
  it('revokes the old token of that side alone and ends its connection', () => {
    const { registry, connect } = startRegistry();
    const opened = registry.open();
    const source = connect(handshake('source', opened.sourceAccessToken));
    const destination = connect(handshake('destination', opened.destinationAccessToken));
    const rotated = registry.rotate(opened.tunnel.id, ['destination']);
    expect(Object.keys(rotated)).toEqual(['destinationAccessToken']);
    expect(destination.ends).toEqual([{ code: 1008, reason: 'Access token was rotated' }]);
    expect(source.ends).toEqual([]);
    expect(registry.admit(handshake('destination', opened.destinationAccessToken))).toMatchObject({
      status: 403,
    });
    connect(handshake('destination', rotated.destinationAccessToken!));
  });

  it('frees the client token of the side, which may use it again', () => {
    const { registry, connect } = startRegistry();
    const opened = registry.open();
    const request = (token: string) =>
      handshake('source', '', {
        headers: [
          ['access-token', token],
          ['client-token', CLIENT_TOKEN],
        ],
      });
    connect(request(opened.sourceAccessToken));
    registry.rotate(opened.tunnel.id, ['source']);
    connect(request(registry.open().sourceAccessToken));
  });

  it('refuses one given token for both sides, and leaves the old ones as they were', () => {
    const { registry, connect } = startRegistry();
    const { tunnel, sourceAccessToken, destinationAccessToken } = registry.open();
    const given = { sourceAccessToken: 'same', destinationAccessToken: 'same' };
    expect(codeOf(() => registry.rotate(tunnel.id, ['source', 'destination'], given))).toBe('INVALID_OPTION');
    connect(handshake('source', sourceAccessToken));
    connect(handshake('destination', destinationAccessToken));
  });

  it('adopts services and thing name where given', () => {
    const { registry } = startRegistry();
    const { tunnel } = registry.open({ services: ['SSH'], thingName: 'old' });
    registry.rotate(tunnel.id, ['destination'], { services: ['HTTP'], thingName: 'new' });
    expect([tunnel.services, tunnel.thingName, tunnel.streams.services]).toEqual([['HTTP'], 'new', ['HTTP']]);
  });

  it('changes nothing where its input is refused', () => {
    const { registry, connect } = startRegistry();
    const opened = registry.open({ services: ['SSH'] });
    const input = { services: ['HTTP'], thingName: 'not valid' };
    expect(codeOf(() => registry.rotate(opened.tunnel.id, ['source'], input))).toBe('INVALID_OPTION');
    expect(opened.tunnel.services).toEqual(['SSH']);
    connect(handshake('source', opened.sourceAccessToken));
  });
});
