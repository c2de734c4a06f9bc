import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Due, TimerQueue } from '../../../src/mock-service/kit/timer-queue.js';

interface Entry extends Due {
  readonly name: number;
}

describe('the queue of timers', () => {
  it('gives what is due next, in the order of adding where two are due at once, whatever was taken out', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ add: fc.integer({ min: 0, max: 20 }) }),
        fc.record({ remove: fc.nat({ max: 60 }) }),
        fc.constant('take' as const),
      ),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const queue = new TimerQueue<Entry>();
        const all: Entry[] = [];
        let model: Entry[] = [];
        const leave = (entry: Entry | undefined) => {
          if (entry !== undefined) queue.remove(entry);
          model = model.filter((other) => other !== entry);
        };
        for (const step of script) {
          if (step === 'take') leave(queue.first);
          else if ('remove' in step) leave(all[step.remove]);
          else {
            const entry: Entry = { dueAt: step.add, place: -1, turn: 0, name: all.length };
            all.push(entry);
            queue.add(entry);
            model.push(entry);
          }
          // Array.prototype.sort is stable: equal times stay in the order of adding.
          expect(queue.first).toBe([...model].sort((a, b) => a.dueAt - b.dueAt)[0]);
        }
      }),
    );
  });
});
