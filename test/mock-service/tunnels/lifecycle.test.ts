import { describe, expect, it } from 'vitest';
import { judgeFrame } from '../../../src/mock-service/tunnels/index.js';
import { encodeMessage, MessageScanner } from '../../../src/protocol/index.js';
import { SSH, start } from './frames.js';
import { accept, CLIENT_TOKEN, FakeConnection, handshake, START, startRegistry, tokenOf } from './harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The error's code and nothing else, so that a wrong code shows. */
function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return 'nothing thrown';
}

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

describe('connecting', () => {
  it('turns the side CONNECTED and back, with the time of each', () => {
    const { registry, connect, clock, told } = startRegistry();
    const opened = registry.open();
    clock.advance(1000);
    const connection = connect(handshake('source', opened.sourceAccessToken));
    expect(opened.tunnel.sideState('source')).toEqual({ status: 'CONNECTED', lastUpdatedAt: START + 1000 });
    expect(opened.tunnel.sideState('destination').status).toBe('DISCONNECTED');
    clock.advance(1000);
    registry.disconnected(connection, 1006, '');
    expect(opened.tunnel.sideState('source')).toEqual({
      status: 'DISCONNECTED',
      lastUpdatedAt: START + 2000,
    });
    expect(told.map((event) => event.event)).toEqual(['tunnel-opened', 'side-connected', 'side-lost']);
    expect(told.at(-1)).toMatchObject({ channelId: connection.channelId, code: 1006 });
  });

  it('H12: a new handshake replaces the older connection of its side and no other', () => {
    const { registry, connect, told } = startRegistry();
    const opened = registry.open();
    const headers = [
      ['access-token', opened.sourceAccessToken],
      ['client-token', CLIENT_TOKEN],
    ] as const;
    const destination = connect(handshake('destination', opened.destinationAccessToken));
    const older = connect(handshake('source', '', { headers }));
    const newer = connect(handshake('source', '', { headers }));
    expect(older.ends).toEqual([{ code: 1008, reason: 'Connection is replaced by another connection' }]);
    expect([newer.ends, destination.ends]).toEqual([[], []]);
    expect(opened.tunnel.connection('source')).toBe(newer);
    expect(told.at(-2)).toMatchObject({
      event: 'side-replaced',
      channelId: older.channelId,
      byChannelId: newer.channelId,
    });
  });

  it('H12: the late end of a replaced connection does not disturb its successor', () => {
    const { registry, connect, told } = startRegistry();
    const opened = registry.open();
    const headers = [
      ['access-token', opened.sourceAccessToken],
      ['client-token', CLIENT_TOKEN],
    ] as const;
    const older = connect(handshake('source', '', { headers }));
    connect(handshake('source', '', { headers }));
    const before = told.length;
    registry.disconnected(older, 1008, '');
    expect(opened.tunnel.sideState('source').status).toBe('CONNECTED');
    expect(told).toHaveLength(before);
  });
});

describe('S15: what a new connection disrupts', () => {
  function openStreaming() {
    const service = startRegistry();
    const opened = service.registry.open({ services: ['SSH'] });
    const { streams } = opened.tunnel;
    const join = (side: 'source' | 'destination') => {
      const token = [
        ['access-token', tokenOf(opened, side)] as const,
        ['client-token', CLIENT_TOKEN] as const,
      ];
      const accepted = accept(service.registry.admit(handshake(side, '', { headers: token })));
      const connection = new FakeConnection(accepted);
      return { connection, ...service.registry.connect(accepted, connection) };
    };
    const source = join('source');
    const destination = join('destination');
    const bytes = encodeMessage(start(9, SSH));
    const scanner = new MessageScanner();
    scanner.scan(bytes, 0, bytes.length);
    judgeFrame(streams, 'source', scanner, bytes);
    return { ...service, streams, join, source, destination };
  }
  const address = { serviceId: 'SSH', streamId: 9, format: 'V2' };

  it('is nothing when a side joins that was not connected, also after a loss', () => {
    const { registry, join, source, destination } = openStreaming();
    expect(source).toMatchObject({ replaced: undefined, disrupted: [] });
    expect(registry.disconnected(destination.connection, 1006, '')).toEqual([address]);
    expect(join('destination')).toMatchObject({ replaced: undefined, disrupted: [] });
  });

  it('is the streams of a replaced destination, which live on until they are reset', () => {
    const { join, destination, streams } = openStreaming();
    expect(join('destination')).toMatchObject({ replaced: destination.connection, disrupted: [address] });
    expect(streams.liveStreams()).toHaveLength(1);
  });

  it('is the streams of a replaced source, which are over', () => {
    const { join, source, streams } = openStreaming();
    expect(join('source')).toMatchObject({ replaced: source.connection, disrupted: [address] });
    expect(streams.liveStreams()).toEqual([]);
  });
});

describe('S16: closing a tunnel', () => {
  function openConnected() {
    const service = startRegistry();
    const opened = service.registry.open({ maxLifetimeMinutes: 5 });
    const connections = (['source', 'destination'] as const).map((side) =>
      service.connect(handshake(side, tokenOf(opened, side))),
    );
    return { ...service, ...opened, connections };
  }

  it('ends both connections with 1000 and never reopens', () => {
    const { registry, tunnel, connections, clock } = openConnected();
    registry.close(tunnel.id);
    for (const { ends } of connections) expect(ends).toEqual([{ code: 1000, reason: 'Tunnel is closed' }]);
    expect(tunnel.status).toBe('CLOSED');
    expect(tunnel.sideState('source').status).toBe('DISCONNECTED');
    registry.close(tunnel.id);
    clock.advance(HOUR);
    expect(tunnel.status).toBe('CLOSED');
    expect(codeOf(() => registry.rotate(tunnel.id, ['source']))).toBe('TUNNEL_CLOSED');
  });

  it('is told once, though the end of its life comes after', () => {
    const { registry, tunnel, clock, told } = openConnected();
    registry.close(tunnel.id);
    clock.advance(HOUR);
    expect(told.filter(({ event }) => event === 'tunnel-closed')).toHaveLength(1);
  });

  it('happens by itself at the end of its life, not a moment earlier', () => {
    const { tunnel, connections, clock, told } = openConnected();
    clock.advance(5 * MINUTE - 1);
    expect(tunnel.status).toBe('OPEN');
    clock.advance(1);
    expect(tunnel.status).toBe('CLOSED');
    for (const { ends } of connections) expect(ends).toEqual([{ code: 1000, reason: 'Tunnel is closed' }]);
    expect(told).toContainEqual(
      expect.objectContaining({ event: 'tunnel-closed', cause: 'expired', at: START + 5 * MINUTE }),
    );
  });

  it('takes 720 minutes where no lifetime is given, and a rotation adds none', () => {
    const { registry, clock } = startRegistry();
    const { tunnel } = registry.open();
    clock.advance(719 * MINUTE);
    registry.rotate(tunnel.id, ['source', 'destination']);
    clock.advance(MINUTE);
    expect(tunnel.status).toBe('CLOSED');
  });

  it('leaves it visible for 3 hours, then gone', () => {
    const { registry, tunnel, clock } = openConnected();
    registry.close(tunnel.id);
    clock.advance(3 * HOUR - 1);
    expect([registry.get(tunnel.id), registry.list()]).toEqual([tunnel, [tunnel]]);
    clock.advance(1);
    expect([registry.get(tunnel.id), registry.list()]).toEqual([undefined, []]);
    expect(codeOf(() => registry.close(tunnel.id))).toBe('TUNNEL_NOT_FOUND');
  });

  it('with delete makes it invisible at once, also when it was closed before', () => {
    const { registry, tunnel } = openConnected();
    registry.close(tunnel.id);
    registry.close(tunnel.id, { delete: true });
    expect([registry.get(tunnel.id), registry.list()]).toEqual([undefined, []]);
    expect(codeOf(() => registry.rotate(tunnel.id, ['source']))).toBe('TUNNEL_NOT_FOUND');
  });

  it('is refused for an unknown id', () => {
    expect(codeOf(() => startRegistry().registry.close('nobody'))).toBe('TUNNEL_NOT_FOUND');
  });

  it('uses the close that was configured', () => {
    const service = startRegistry({ closes: { tunnelClosed: { code: 4000, reason: 'over' } } });
    const opened = service.registry.open();
    const connection = service.connect(handshake('source', opened.sourceAccessToken));
    service.registry.close(opened.tunnel.id);
    expect(connection.ends).toEqual([{ code: 4000, reason: 'over' }]);
  });
});

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

describe('the registry as a whole', () => {
  it('lists the newest tunnel first', () => {
    const { registry } = startRegistry();
    const ids = [1, 2, 3].map(() => registry.open().tunnel.id);
    expect(registry.list().map((tunnel) => tunnel.id)).toEqual(ids.reverse());
  });

  it('forgets everything on reset and goes on', () => {
    const { registry, connect, clock, told } = startRegistry({ maxOpenTunnels: 1 });
    const opened = registry.open();
    const connection = connect(handshake('source', opened.sourceAccessToken));
    registry.reset();
    expect(connection.ends).toHaveLength(1);
    expect(registry.list()).toEqual([]);
    expect(registry.admit(handshake('source', opened.sourceAccessToken))).toMatchObject({ status: 403 });
    registry.open();
    const before = told.length;
    clock.advance(719 * MINUTE);
    expect(told).toHaveLength(before);
  });

  it('ends connections with 1001 on stop, sets no timer off and opens nothing more', () => {
    const { registry, connect, clock, told } = startRegistry();
    const opened = registry.open();
    const connection = connect(handshake('source', opened.sourceAccessToken));
    registry.stop();
    expect(connection.ends).toEqual([{ code: 1001, reason: 'Service is stopping' }]);
    const before = told.length;
    clock.advance(1000 * HOUR);
    expect(told).toHaveLength(before);
    expect(codeOf(() => registry.open())).toBe('SERVICE_STOPPED');
  });

  it('never tells a token', () => {
    const { registry, connect, told } = startRegistry();
    const opened = registry.open();
    const connection = connect(handshake('source', opened.sourceAccessToken));
    registry.admit(handshake('source', opened.sourceAccessToken));
    const rotated = registry.rotate(opened.tunnel.id, ['source', 'destination']);
    registry.disconnected(connection, 1000, '');
    const text = JSON.stringify([told, opened.tunnel]);
    for (const token of [opened.sourceAccessToken, ...Object.values(rotated)])
      expect(text).not.toContain(token);
  });
});
