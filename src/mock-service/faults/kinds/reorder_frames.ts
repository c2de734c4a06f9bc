import { z } from 'zod';
import { type PassOn, type Stage, unpinned } from '../../data-plane/index.js';
import type { Timer } from '../../kit/index.js';
import { milliseconds, selection } from '../attributes.js';
import { BYTES_OF_ENTRY } from '../held-cost.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const reorderFrames = defineFault({
  type: 'reorder_frames',
  summary: 'Groups of window frames are sent in reverse order. After delay, an incomplete group is sent too.',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    window: z.int().min(2).max(1000).default(2),
    delay: milliseconds.default(1000),
  }),
  stage: ({ window, delay, ...selected }, environment) => {
    let held: { frame: Buffer; passOn: PassOn }[] = [];
    let heldBytes = 0;
    let timer: Timer | undefined;
    const take = () => {
      timer?.cancel();
      timer = undefined;
      const taken = held.reverse();
      held = [];
      heldBytes = 0;
      return taken;
    };
    const release = (): void => {
      for (const { frame, passOn } of take()) passOn(frame);
    };
    const selecting = new SelectedFrames(selected, environment, (frame, passOn) => {
      held.push({ frame: unpinned(frame), passOn });
      heldBytes += frame.length + BYTES_OF_ENTRY;
      if (held.length === window) release();
      else timer ??= environment.clock.after(delay, release);
    });
    return {
      get heldBytes() {
        return heldBytes;
      },
      frame: (frame, passOn) => selecting.frame(frame, passOn),
      flush: (passOn) => {
        // In the order in which they came, because the fault is over.
        for (const { frame } of take().reverse()) passOn(frame);
      },
      discard: () => void take(),
    } satisfies Stage;
  },
});
