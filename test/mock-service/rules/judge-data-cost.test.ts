import { describe, expect, it } from 'vitest';
import { EventHub } from '../../../src/mock-service/kit/index.js';
import { Allowance, judgeFrame, StreamLedger } from '../../../src/mock-service/rules/index.js';
import { encodeMessage, MessageScanner } from '../../../src/protocol/index.js';
import { data, SSH, start } from './frames.js';

describe('DATA on a running stream', () => {
  it.each([
    ['V1', {}, {}],
    ['V2', SSH, SSH],
    ['V2 answered by V1', SSH, {}],
    ['V3', { ...SSH, connectionId: 1 }, { ...SSH, connectionId: 1 }],
  ])('is judged without allocation: %s', (_format, out, back) => {
    const ledger = new StreamLedger({
      tunnelId: 't',
      services: () => ['HTTP', 'SSH'],
      events: new EventHub(() => 0),
      now: () => 0,
      remembered: new Allowance(1000),
    });
    const scanner = new MessageScanner();
    const frames = [
      encodeMessage(start(1, out)),
      encodeMessage(data(1, out)),
      encodeMessage(data(1, back)),
    ] as const;
    const judge = (from: 'source' | 'destination', bytes: Uint8Array) => {
      scanner.scan(bytes, 0, bytes.length);
      if (judgeFrame(ledger, from, scanner, bytes) !== undefined)
        throw new Error('a frame was found at fault');
    };
    judge('source', frames[0]);
    const round = () => {
      for (let i = 0; i < 10_000; i++) {
        judge('source', frames[1]);
        judge('destination', frames[2]);
      }
    };
    const growth = () => {
      const before = process.memoryUsage().heapUsed;
      round();
      return Math.abs(process.memoryUsage().heapUsed - before);
    };
    // 20,000 frames: one object of 16 bytes a frame would be 320 kB, and a collection as much less. How many rounds it
    // takes until the code is compiled depends on what else the machine does, so the lowest median of five rounds counts.
    const medians = Array.from({ length: 20 }, () => {
      const sorted = Array.from({ length: 5 }, growth).sort((a, b) => a - b);
      return sorted[2] as number;
    });
    expect(Math.min(...medians)).toBeLessThan(100_000);
  });
});
