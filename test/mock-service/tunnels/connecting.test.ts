import { describe, expect, it } from 'vitest';
import { judgeFrame } from '../../../src/mock-service/rules/index.js';
import { encodeMessage, MessageScanner } from '../../../src/protocol/index.js';
import { SSH, start } from '../rules/frames.js';
import { accept, CLIENT_TOKEN, FakeConnection, handshake, START, startRegistry, tokenOf } from './harness.js';

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
