import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tunnel } from '../../../src/mock-service/tunnels/index.js';
import type { Side } from '../../../src/protocol/index.js';
import { accept, FakeConnection, handshake, startRegistry } from './harness.js';

const MINUTE = 60_000;
const LIFETIME = 60 * MINUTE;
const VISIBLE = 180 * MINUTE;
const SIDES = ['source', 'destination'] as const;

/** A token as a careful reader of docs/protocol.md would remember it. */
interface ModelToken {
  readonly token: string;
  readonly tunnel: ModelTunnel;
  readonly side: Side;
  used: boolean;
  clientToken: string | undefined;
  revoked: boolean;
}

interface ModelTunnel {
  readonly real: Tunnel;
  readonly expiresAt: number;
  closedAt: number | undefined;
  readonly connected: Record<Side, FakeConnection | undefined>;
}

/** The model: tunnels, tokens and connections by the text of H3, H7–H9, H12 and docs/protocol.md#the-life-of-a-tunnel. */
class Model {
  readonly service = startRegistry();
  readonly tunnels: ModelTunnel[] = [];
  readonly tokens: ModelToken[] = [];
  readonly connections: FakeConnection[] = [];

  open(): void {
    const opened = this.service.registry.open({ maxLifetimeMinutes: 60 });
    const tunnel: ModelTunnel = {
      real: opened.tunnel,
      expiresAt: this.service.clock.now() + LIFETIME,
      closedAt: undefined,
      connected: { source: undefined, destination: undefined },
    };
    this.tunnels.push(tunnel);
    for (const side of SIDES) this.#addToken(tunnel, side, opened[`${side}AccessToken`]);
  }

  /** Tries a token as the reader would expect it to end: with this status. */
  handshake(token: ModelToken | undefined, clientToken: string | undefined): void {
    if (token === undefined) return;
    const headers = [['access-token', token.token] as const];
    const more = clientToken === undefined ? [] : [['client-token', clientToken] as const];
    const request = handshake(token.side, '', { headers: [...headers, ...more] });
    const admission = this.service.registry.admit(request);
    expect(admission.ok ? 101 : admission.status).toBe(this.#expectedStatus(token, clientToken));
    if (!admission.ok) return;
    const connection = new FakeConnection(accept(admission));
    this.service.registry.connect(admission, connection);
    const older = token.tunnel.connected[token.side];
    if (older !== undefined) expect(older.ends).toMatchObject([{ code: 1008 }]);
    token.tunnel.connected[token.side] = connection;
    this.connections.push(connection);
    if (!token.used) token.clientToken = clientToken;
    token.used = true;
  }

  disconnect(connection: FakeConnection | undefined): void {
    if (connection === undefined) return;
    this.service.registry.disconnected(connection, 1006, '');
    for (const { connected } of this.tunnels) {
      for (const side of SIDES) if (connected[side] === connection) connected[side] = undefined;
    }
  }

  close(tunnel: ModelTunnel | undefined): void {
    if (tunnel === undefined || this.#isGone(tunnel)) return;
    this.service.registry.close(tunnel.real.id);
    this.#markClosed(tunnel, this.service.clock.now());
  }

  rotate(tunnel: ModelTunnel | undefined, side: Side): void {
    if (tunnel === undefined || tunnel.closedAt !== undefined) return;
    const rotated = this.service.registry.rotate(tunnel.real.id, [side]);
    for (const token of this.tokens) {
      if (token.tunnel === tunnel && token.side === side) token.revoked = true;
    }
    tunnel.connected[side] = undefined;
    this.#addToken(tunnel, side, rotated[`${side}AccessToken`]!);
  }

  advance(ms: number): void {
    this.service.clock.advance(ms);
    const now = this.service.clock.now();
    for (const tunnel of this.tunnels)
      if (tunnel.expiresAt <= now) this.#markClosed(tunnel, tunnel.expiresAt);
  }

  /** What must hold whatever happened. */
  check(): void {
    const { registry } = this.service;
    const visible = this.tunnels.filter((tunnel) => !this.#isGone(tunnel)).map(({ real }) => real);
    expect(registry.list().map((tunnel) => tunnel.id)).toEqual(
      visible.toReversed().map((tunnel) => tunnel.id),
    );
    for (const { real, closedAt, connected } of this.tunnels) {
      expect(real.status).toBe(closedAt === undefined ? 'OPEN' : 'CLOSED');
      for (const side of SIDES) {
        expect(real.connection(side)).toBe(connected[side]);
        expect(real.sideState(side).status).toBe(
          connected[side] === undefined ? 'DISCONNECTED' : 'CONNECTED',
        );
        expect(connected[side]?.ends ?? []).toEqual([]);
      }
    }
    // Nobody is told to end twice: not by a replacement and a rotation and a close.
    for (const { ends } of this.connections) expect(ends.length).toBeLessThanOrEqual(1);
  }

  #expectedStatus(token: ModelToken, clientToken: string | undefined): number {
    const { tunnel } = token;
    if (token.revoked || this.#isGone(tunnel)) return 403;
    if (tunnel.closedAt !== undefined) return 400;
    if (token.used && (clientToken === undefined || clientToken !== token.clientToken)) return 400;
    const isElsewhere = this.tokens.some(
      (other) =>
        clientToken !== undefined &&
        other.used &&
        !other.revoked &&
        other.clientToken === clientToken &&
        other.tunnel !== tunnel &&
        other.tunnel.closedAt === undefined,
    );
    return isElsewhere ? 400 : 101;
  }

  #addToken(tunnel: ModelTunnel, side: Side, token: string): void {
    this.tokens.push({ token, tunnel, side, used: false, clientToken: undefined, revoked: false });
  }

  #markClosed(tunnel: ModelTunnel, at: number): void {
    tunnel.closedAt ??= at;
    for (const side of SIDES) tunnel.connected[side] = undefined;
  }

  #isGone({ closedAt }: ModelTunnel): boolean {
    return closedAt !== undefined && closedAt + VISIBLE <= this.service.clock.now();
  }
}

const CLIENT_TOKENS = [undefined, 'a'.repeat(32), 'b'.repeat(64)];

const command = fc.oneof(
  { weight: 2, arbitrary: fc.constant((model: Model) => model.open()) },
  {
    weight: 8,
    arbitrary: fc.tuple(fc.nat(), fc.constantFrom(...CLIENT_TOKENS)).map(
      ([i, clientToken]) =>
        (model: Model) =>
          model.handshake(model.tokens[i % Math.max(1, model.tokens.length)], clientToken),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .nat()
      .map(
        (i) => (model: Model) =>
          model.disconnect(model.connections[i % Math.max(1, model.connections.length)]),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .nat()
      .map((i) => (model: Model) => model.close(model.tunnels[i % Math.max(1, model.tunnels.length)])),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.constantFrom(...SIDES)).map(
      ([i, side]) =>
        (model: Model) =>
          model.rotate(model.tunnels[i % Math.max(1, model.tunnels.length)], side),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(1, MINUTE, 59 * MINUTE, LIFETIME, VISIBLE)
      .map((ms) => (model: Model) => model.advance(ms)),
  },
);

describe('H8, H9, H12, S16: any history of tunnels, handshakes, losses, rotations and time', () => {
  it('ends as the rules say: one connection a side, spent tokens stay spent, closed tunnels stay closed', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const model = new Model();
        for (const run of commands) {
          run(model);
          model.check();
        }
      }),
      { numRuns: 400 },
    );
  });
});
