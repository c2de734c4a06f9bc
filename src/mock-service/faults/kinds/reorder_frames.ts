import { z } from 'zod';
import type { PassOn, Stage } from '../../data-plane/index.js';
import type { Timer } from '../../kit/index.js';
import { milliseconds, selection } from '../attributes.js';
import { defineFault } from '../kind.js';
import { SelectedFrames } from '../selected-frames.js';

export const reorderFrames = defineFault({
  type: 'reorder_frames',
  summary: 'So many frames are gathered and sent in the opposite order, or after delay as far as they go.',
  per: 'frame',
  attributes: z.strictObject({
    ...selection,
    window: z.int().min(2).max(1000).default(2),
    delay: milliseconds.default(1000),
  }),
  stage: ({ window, delay, ...selected }, environment) => {
    let held: { frame: Buffer; passOn: PassOn }[] = [];
    let timer: Timer | undefined;
    const take = () => {
      timer?.cancel();
      timer = undefined;
      const taken = held.reverse();
      held = [];
      return taken;
    };
    const release = (): void => {
      for (const { frame, passOn } of take()) passOn(frame);
    };
    const selecting = new SelectedFrames(selected, environment, (frame, passOn) => {
      held.push({ frame, passOn });
      if (held.length === window) release();
      else timer ??= environment.clock.after(delay, release);
    });
    return {
      get heldBytes() {
        return held.reduce((sum, { frame }) => sum + frame.length, 0);
      },
      frame: (frame, passOn) => selecting.frame(frame, passOn),
      flush: (passOn) => {
        // In the order they came: the fault is over.
        for (const { frame } of take().reverse()) passOn(frame);
      },
      discard: () => void take(),
    } satisfies Stage;
  },
});
