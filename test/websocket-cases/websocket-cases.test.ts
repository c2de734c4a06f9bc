import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FrameCase, HandshakeCase } from './case.js';
import { closing } from './cases/closing.js';
import { fragmentation } from './cases/fragmentation.js';
import { framing } from './cases/framing.js';
import { handshakes } from './cases/handshake.js';
import { limits } from './cases/limits.js';
import { pings } from './cases/pings.js';
import { opcodes, reservedBits } from './cases/reserved.js';
import { utf8 } from './cases/utf8.js';
import { type Chunking, putFrames, putHandshake } from './driver.js';
import { ENDPOINTS, type Endpoint } from './endpoints.js';

const FRAMES = { framing, pings, reservedBits, opcodes, fragmentation, utf8, closing, limits };
/** Byte by byte, more than this takes long and shows nothing new. */
const CHEAP_BYTES = 300;

const chunkings = ({ sends }: FrameCase): Chunking[] => {
  const total = sends.reduce((sum, { length }) => sum + length, 0);
  return total > CHEAP_BYTES ? ['whole'] : ['whole', 'byte by byte'];
};

it('are as many as they were, each under an id of its own', () => {
  const ids = [...handshakes, ...Object.values(FRAMES).flat()].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(300);
});

describe.each(Object.entries(ENDPOINTS))('%s', (_name, opens) => {
  describe.each(['plain', 'TLS'] as const)('over %s', (transport) => {
    let endpoint: Endpoint;
    beforeAll(async () => {
      endpoint = await opens();
    });
    afterAll(() => endpoint[Symbol.asyncDispose]());

    describe('handshake', () => {
      it.each(handshakes.map((each) => [each.id, each.title, each] as const))(
        '%s %s',
        async (...[, , each]) => {
          for (const chunking of ['whole', 'byte by byte'] as const) {
            if (chunking === 'whole' || isCheap(each))
              await putHandshake(endpoint, transport, chunking, each);
          }
        },
      );
    });

    describe.each(Object.entries(FRAMES))('%s', (_topic, cases) => {
      it.each(cases.map((each) => [each.id, each.title, each] as const))('%s %s', async (...[, , each]) => {
        for (const chunking of chunkings(each)) await putFrames(endpoint, transport, chunking, each);
      });
    });
  });
});

/** The only request that is long is meant to be. */
function isCheap({ id }: HandshakeCase): boolean {
  return id !== '0.9.17';
}
