import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Link } from '../../../src/mock-service/data-plane/link.js';
import type { Stage } from '../../../src/mock-service/data-plane/stage.js';
import { FAULT_KINDS, type FaultEnvironment } from '../../../src/mock-service/faults/index.js';
import { AdvanceableClock } from '../../../src/mock-service/index.js';
import { Allowance } from '../../../src/mock-service/rules/index.js';
import { data, frame, framesOf } from './harness.js';

/** Those that delay frames; the last changes their order too. */
const DELAYING: [type: string, attributes: object][] = [
  ['latency', { latency: 50, jitter: 40 }],
  ['bandwidth', { rate: 0.5 }],
  ['slow_close', { delay: 80 }],
  ['reorder_frames', { window: 3, delay: 60, types: ['DATA', 'STREAM_RESET'] }],
];

/** None of them asks its session anything. */
const NO_SESSION = undefined as never;

type Step = { send: number } | { reset: true } | { advance: number } | { add: number } | { remove: number };
const step = (kinds: number): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ send: fc.nat(300) }) },
    { weight: 1, arbitrary: fc.constant({ reset: true as const }) },
    { weight: 2, arbitrary: fc.record({ advance: fc.nat(120) }) },
    { weight: 2, arbitrary: fc.record({ add: fc.nat(kinds - 1) }) },
    { weight: 2, arbitrary: fc.record({ remove: fc.nat(5) }) },
  );

/** Runs the steps on a link of its own and takes every fault away at the end. */
function play(steps: readonly Step[]): { sent: Buffer[]; came: Buffer[] } {
  const clock = new AdvanceableClock({ frozen: true, startAt: 0 });
  const link = new Link('destination', Number.POSITIVE_INFINITY, new Allowance(Number.POSITIVE_INFINITY));
  const sent: Buffer[] = [];
  const came: Buffer[] = [];
  link.setReceiver({
    deliver: (bytes) => void came.push(...framesOf(bytes)),
    deliverBoundary: () => {},
    flushGathered: () => {},
    addWireStage: () => () => {},
    backlogBytes: 0,
  });
  const environment: FaultEnvironment = {
    clock,
    random: () => 0.3,
    strikes: () => true,
    nextTurn: () => () => {},
    usual: { reframing: { mode: 'as-sent' }, answerPings: true },
  };
  const installed: Stage[] = [];
  const send = (bytes: Buffer): void => {
    sent.push(bytes);
    link.relay(bytes, []);
  };
  for (const [index, each] of steps.entries()) {
    if ('send' in each) send(data(`${index} ${'x'.repeat(each.send)}`));
    else if ('reset' in each) send(frame({ type: 3, streamId: index + 1 }));
    else if ('advance' in each) clock.advance(each.advance);
    else if ('add' in each) {
      const [type, attributes] = DELAYING[each.add]!;
      const kind = FAULT_KINDS.find((candidate) => candidate.type === type)!;
      const stage = kind.stage!(kind.attributes.parse(attributes), environment, NO_SESSION);
      installed.push(stage);
      link.addStage(stage);
    } else {
      const [stage] = installed.splice(each.remove, 1);
      if (stage !== undefined) link.removeStage(stage);
    }
  }
  for (const stage of installed.reverse()) link.removeStage(stage);
  return { sent, came };
}

const hex = (frames: readonly Buffer[]): string[] => frames.map((bytes) => bytes.toString('hex'));

it('faults that delay lose nothing and keep the order, however they come and go', () => {
  fc.assert(
    fc.property(fc.array(step(DELAYING.length - 1), { maxLength: 60 }), (steps) => {
      const { sent, came } = play(steps);
      expect(hex(came)).toEqual(hex(sent));
    }),
  );
});

it('a fault that changes the order loses nothing and makes nothing up', () => {
  fc.assert(
    fc.property(fc.array(step(DELAYING.length), { maxLength: 60 }), (steps) => {
      const { sent, came } = play(steps);
      expect(hex(came).sort()).toEqual(hex(sent).sort());
    }),
  );
});
