import { describe, expect, it } from 'vitest';
import { codeOf, handshake, START, startRegistry, tokenOf } from './harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
