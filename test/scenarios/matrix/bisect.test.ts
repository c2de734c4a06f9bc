import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bisect } from '../../../scenarios/matrix/support/bisect.js';

describe('bisect', () => {
  it('finds the one item that makes a batch fail, wherever it lies', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(), async (size, pick) => {
        const culprit = pick % size;
        const batch = Array.from({ length: size }, (_, i) => i);
        expect(await bisect(batch, async (part) => part.includes(culprit))).toBe(culprit);
      }),
    );
  });

  it('finds nothing where only the whole fails', async () => {
    expect(await bisect([1, 2, 3, 4], async (part) => part.length === 4)).toBeUndefined();
  });

  it('runs each part in its order', async () => {
    await bisect([1, 2, 3, 4, 5], async (part) => {
      expect([...part].sort()).toEqual(part);
      return part.includes(4);
    });
  });
});
