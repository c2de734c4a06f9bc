import { describe, expect, it } from 'vitest';
import { Link } from '../../../src/mock-service/data-plane/link.js';
import type { Stage } from '../../../src/mock-service/data-plane/stage.js';
import { StageChain } from '../../../src/mock-service/data-plane/stage-chain.js';
import { Allowance } from '../../../src/mock-service/rules/index.js';

/** Passes on each piece so many times. */
const times = (count: number): Stage => ({
  heldBytes: 0,
  frame: (bytes, passOn) => {
    for (let i = 0; i < count; i++) passOn(bytes);
  },
  flush: () => {},
  discard: () => {},
});

describe('a chain of stages', () => {
  function chain() {
    const came: Buffer[] = [];
    let moves = 0;
    const stages = new StageChain({ end: (bytes) => void came.push(bytes), moved: () => void moves++ });
    return { stages, came, moves: () => moves };
  }

  it('passes through all, in the order in which they were added', () => {
    const { stages, came } = chain();
    const marking = (mark: string): Stage => ({
      ...times(1),
      frame: (bytes, passOn) => passOn(Buffer.from(`${bytes}${mark}`)),
    });
    stages.add(marking('a'));
    const remove = stages.add(marking('b'));
    stages.add(marking('c'));
    stages.pass(Buffer.from('x'));
    remove();
    stages.pass(Buffer.from('x'));
    expect(came.map(String)).toEqual(['xabc', 'xac']);
  });

  it('ends what makes more than 64 MiB of one frame, and counts each frame anew', () => {
    const { stages } = chain();
    stages.add(times(32));
    const mebibyte = Buffer.alloc(1024 * 1024);
    for (let i = 0; i < 4; i++) stages.pass(mebibyte);
    stages.add(times(2));
    expect(() => stages.pass(mebibyte)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
  });
});

describe('a link that holds', () => {
  it('keeps only the bytes of its frames, and counts them', () => {
    const link = new Link('destination', 1000, new Allowance(0));
    const delivered: Buffer[] = [];
    link.setReceiver({
      deliver: (frames) => void delivered.push(frames),
      deliverBoundary: () => {},
      flushGathered: () => {},
      addWireStage: () => () => {},
      backlogBytes: 0,
    });
    link.hold();
    // Small pieces of large reads, as a sender makes them who fills the rest with pings.
    for (let i = 0; i < 8; i++) link.relay(Buffer.alloc(65_536, i).subarray(10, 40), []);
    expect(link.full).toBe(true);
    link.release();
    expect(link.full).toBe(false);
    expect(delivered.map((bytes) => bytes[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const { buffer, length } of delivered) expect(buffer.byteLength).toBeLessThanOrEqual(2 * length);
  });
});
