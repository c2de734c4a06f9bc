import { describe, expect, it } from 'vitest';
import type { Rejected } from '../../../src/mock-service/tunnels/index.js';
import {
  accept,
  CLIENT_TOKEN,
  handshake,
  OTHER_CLIENT_TOKEN,
  type RequestParts,
  startRegistry,
} from './harness.js';

const SPENT = 'Invalid access token: The access token was previously used and can not be used again.';
const MISMATCH =
  'Invalid client token: The provided client token does not match the client token that was previously set.';

function open(options: Parameters<typeof startRegistry>[0] = {}) {
  const service = startRegistry(options);
  const opened = service.registry.open({ services: ['SSH'] });
  const token = opened.sourceAccessToken;
  const admit = (parts: RequestParts = {}) => service.registry.admit(handshake('source', token, parts));
  const refused = (parts: RequestParts): Rejected => {
    const admission = admit(parts);
    if (admission.ok) throw new Error('the handshake was accepted');
    return admission;
  };
  return { ...service, ...opened, token, admit, refused };
}

describe('the life of tokens', () => {
  const withClientToken = (token: string, clientToken: string): RequestParts => ({
    headers: [
      ['access-token', token],
      ['client-token', clientToken],
    ],
  });

  it('H8: without a client token the first success spends the access token', () => {
    const { connect, refused, token } = open();
    connect(handshake('source', token));
    const answer = refused({});
    expect([answer.status, answer.body, answer.rule]).toEqual([400, SPENT, 'H8']);
    expect(refused(withClientToken(token, CLIENT_TOKEN)).body).toBe(SPENT);
  });

  it('H8: a decision alone spends nothing', () => {
    const { admit } = open();
    accept(admit());
    expect(admit().ok).toBe(true);
  });

  it('H9: the same pair reconnects as often as it likes', () => {
    const { connect, registry, token } = open();
    for (let i = 0; i < 3; i++) {
      const connection = connect(handshake('source', token, withClientToken(token, CLIENT_TOKEN)));
      registry.disconnected(connection, 1006, '');
    }
  });

  it('H9: another client token is refused, and none at all counts as spent', () => {
    const { connect, refused, token } = open();
    connect(handshake('source', token, withClientToken(token, CLIENT_TOKEN)));
    const answer = refused(withClientToken(token, OTHER_CLIENT_TOKEN));
    expect([answer.status, answer.body, answer.rule]).toEqual([400, MISMATCH, 'H9']);
    expect(refused({}).body).toBe(SPENT);
  });

  it('H7: a client token belongs to one open tunnel', () => {
    const { connect, registry, token, tunnel } = open();
    connect(handshake('source', token, withClientToken(token, CLIENT_TOKEN)));
    const other = registry.open();
    const request = handshake('source', '', withClientToken(other.sourceAccessToken, CLIENT_TOKEN));
    expect(registry.admit(request)).toMatchObject({ ok: false, status: 400, rule: 'H7' });
    registry.close(tunnel.id);
    expect(registry.admit(request).ok).toBe(true);
  });

  it('H7: both sides of a tunnel may use the same client token', () => {
    const { connect, registry, token, destinationAccessToken } = open();
    connect(handshake('source', token, withClientToken(token, CLIENT_TOKEN)));
    const request = handshake('destination', '', withClientToken(destinationAccessToken, CLIENT_TOKEN));
    expect(registry.admit(request).ok).toBe(true);
  });

  it('H7: a tunnel long gone does not take the client token from its next user', () => {
    const { connect, registry, token, tunnel, clock } = open();
    connect(handshake('source', token, withClientToken(token, CLIENT_TOKEN)));
    registry.close(tunnel.id);
    const second = registry.open();
    connect(handshake('source', '', withClientToken(second.sourceAccessToken, CLIENT_TOKEN)));
    clock.advance(3 * 60 * 60 * 1000);
    const third = registry.open();
    const request = handshake('source', '', withClientToken(third.sourceAccessToken, CLIENT_TOKEN));
    expect(registry.admit(request)).toMatchObject({ ok: false, rule: 'H7' });
  });

  it.each(['closed', 'deleted', 'expired'])('a %s tunnel gets 400 with X-Status-Reason', (how) => {
    const { registry, tunnel, clock, refused } = open();
    if (how === 'expired') clock.advance(720 * 60_000);
    else registry.close(tunnel.id, { delete: how === 'deleted' });
    const answer = refused({});
    expect([answer.status, answer.body]).toEqual([400, 'Tunnel is closed']);
    expect(answer.headers['x-status-reason']).toBe('Tunnel is closed');
  });

  it('a tunnel that is gone has unknown tokens', () => {
    const { registry, tunnel, clock, refused } = open();
    registry.close(tunnel.id);
    clock.advance(3 * 60 * 60 * 1000);
    expect(refused({}).status).toBe(403);
  });

  it('a decision overtaken by another handshake is stale', () => {
    const { admit, registry, connect, token } = open();
    const accepted = accept(admit());
    const winner = connect(handshake('source', token));
    expect(() => registry.connect(accepted, winner)).toThrow(
      expect.objectContaining({ code: 'ADMISSION_STALE' }),
    );
  });
});
