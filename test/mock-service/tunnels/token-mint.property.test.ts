import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/mock-service/kit/random.js';
import { numberOf, TokenMint } from '../../../src/mock-service/tunnels/token-mint.js';
import { handshake, startRegistry } from './harness.js';

const seeds = fc.string();

describe('minted tokens', () => {
  it('are made again from their number, whatever was minted since', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 200 }), (seed, count) => {
        const mint = new TokenMint(seededRandom(seed));
        const minted = Array.from({ length: count }, () => mint.mint());
        for (const { number, text } of minted) {
          expect([mint.textOf(number), numberOf(text)]).toEqual([text, number]);
        }
        expect(new Set(minted.map(({ text }) => text)).size).toBe(count);
      }),
      { numRuns: 30 },
    );
  });

  it('are what a header, a cookie and a command line can carry', () => {
    const mint = new TokenMint(seededRandom(1));
    for (let i = 0; i < 300; i++) expect(mint.mint().text).toMatch(/^A[A-Za-z0-9_-]{519}$/);
  });

  it('are unknown where one character differs', () => {
    const { registry } = startRegistry();
    const tokens = Array.from({ length: 20 }, () => registry.open().sourceAccessToken);
    fc.assert(
      fc.property(
        fc.constantFrom(...tokens),
        fc.nat({ max: 519 }),
        fc.stringMatching(/^[\w-]$/),
        (token, at, other) => {
          const presented = token.slice(0, at) + other + token.slice(at + 1);
          const status = tokens.includes(presented) ? undefined : 403;
          const admission = registry.admit(handshake('source', presented));
          expect(admission.ok ? undefined : admission.status).toBe(status);
        },
      ),
    );
  });

  it('may be given, even with the number of another', () => {
    const { registry, connect } = startRegistry();
    const { sourceAccessToken: minted } = registry.open();
    const given = `${minted.slice(0, -1)}${minted.endsWith('x') ? 'y' : 'x'}`;
    const opened = registry.open({ sourceAccessToken: given });
    expect(connect(handshake('source', given)).tunnelId).toBe(opened.tunnel.id);
    connect(handshake('source', minted));
    registry.close(opened.tunnel.id);
    expect(registry.admit(handshake('source', given))).toMatchObject({ ok: false });
  });
});
