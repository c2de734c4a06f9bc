import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Observation } from '../../../src/mock-service/data-plane/observation.js';
import { Allowance } from '../../../src/mock-service/rules/index.js';

describe('what a session received', () => {
  it('is the last frames, each with its index and bytes, whatever chunks they came in', () => {
    const anyChunks = fc.array(fc.array(fc.integer({ min: 2, max: 50 }), { minLength: 1, maxLength: 6 }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(anyChunks, fc.integer({ min: 0, max: 9 }), (chunks, kept) => {
        const observation = new Observation(kept, new Allowance(1_000_000));
        const all: Buffer[] = [];
        for (const sizes of chunks) {
          const chunk = Buffer.concat(sizes.map((size) => Buffer.alloc(size, all.length)));
          let at = 0;
          for (const size of sizes) {
            observation.record(chunk, at, at + size);
            all.push(chunk.subarray(at, at + size));
            at += size;
          }
        }
        const expected = all.map((frame, index) => ({ frame, index })).slice(Math.max(0, all.length - kept));
        expect(observation.received.map(({ frame, index }) => ({ frame, index }))).toEqual(expected);
      }),
    );
  });

  it('holds on to 256 KiB of chunks at most', () => {
    const observation = new Observation(64, new Allowance(1_000_000));
    for (let i = 0; i < 20; i++) observation.record(Buffer.alloc(65_536), 0, 10);
    expect(observation.received.map(({ index }) => index)).toEqual([16, 17, 18, 19]);
    // Frames that share a chunk cost it once.
    const shared = Buffer.alloc(65_536);
    for (let i = 0; i < 50; i++) observation.record(shared, i, i + 2);
    expect(observation.received.length).toBe(53);
  });

  it('is waited for in order: each frame is returned once', async () => {
    const observation = new Observation(64, new Allowance(1_000_000));
    const waits = [observation.next(), observation.next({ type: 'DATA' })];
    const data = Buffer.from('000408011001', 'hex');
    observation.record(data, 0, 6);
    observation.record(data, 0, 6);
    expect((await Promise.all(waits)).map(({ index }) => index)).toEqual([0, 1]);
    await expect(observation.next({}, { timeoutMs: 1 })).rejects.toThrow(
      /2 frames came, the last had type 1/,
    );
    const never = observation.next();
    observation.end(1006);
    await expect(never).rejects.toMatchObject({ code: 'SESSION_ENDED' });
  });
});
