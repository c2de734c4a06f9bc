import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, isStreamMessage } from '../../../src/protocol/index.js';
import { startLedger } from './frames.js';
import { MUTATIONS, PeersModel, steps } from './peers-model.js';

const formats = fc.constantFrom('V1' as const, 'V2' as const, 'V3' as const);

describe('peers that keep the rules', () => {
  it('are never found at fault, in any format and mixture', () => {
    fc.assert(
      fc.property(formats, fc.boolean(), steps, (format, destinationIsV1, sequence) => {
        const { ledger, judge } = startLedger();
        const peers = new PeersModel(format, destinationIsV1, ledger);
        for (const step of sequence) {
          const next = peers.take(step);
          if (next !== undefined) expect(judge(next.from, next.sent)).toBeUndefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(MUTATIONS)('%s: are found at fault by one wrong message from %s', (rule, by, mutate) => {
    fc.assert(
      fc.property(formats, fc.boolean(), steps, (format, destinationIsV1, sequence) => {
        const { ledger, judge } = startLedger();
        const peers = new PeersModel(format, destinationIsV1, ledger);
        for (const step of sequence) {
          const next = peers.take(step);
          if (next === undefined) continue;
          const applies = isStreamMessage(next.sent.type) && (by === 'either' || by === next.from);
          if (applies) expect(judge(next.from, mutate(next.sent))).toMatchObject({ rule, force: 'MUST' });
          // A message that was refused leaves no trace: what follows is judged as if it had not been.
          expect(judge(next.from, next.sent)).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('M6, M11: are found at fault by a field too many and by a byte too few', () => {
    fc.assert(
      fc.property(formats, steps, (format, sequence) => {
        const { ledger, judge, judgeBytes } = startLedger();
        const peers = new PeersModel(format, false, ledger);
        for (const step of sequence) {
          const next = peers.take(step);
          if (next === undefined) continue;
          const bytes = encodeMessage(next.sent);
          expect(judgeBytes(next.from, Uint8Array.from([...bytes, 0x40, 0]))?.rule).toBe('M6');
          expect(judgeBytes(next.from, bytes.subarray(0, -1))?.rule).toBe('M11');
          expect(judge(next.from, next.sent)).toBeUndefined();
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never make the judge throw, whatever bytes they send', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 12 })), (messages) => {
        const { judgeBytes } = startLedger([]);
        for (const bytes of messages) {
          judgeBytes('source', bytes);
          judgeBytes('destination', bytes);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
