import { z } from 'zod';
import { DelayLine } from '../delay-line.js';
import { defineFault } from '../kind.js';

/** A byte in a second, and a terabyte. */
const SLOWEST = 0.001;
const FASTEST = 1e9;

export const bandwidth = defineFault({
  type: 'bandwidth',
  summary: 'So many kilobytes (1000 bytes) of frames a second pass; the sender is slowed by back-pressure.',
  per: 'connection',
  attributes: z.strictObject({ rate: z.number().min(SLOWEST).max(FASTEST) }),
  // A byte a rate of 1 lets pass takes a millisecond.
  stage: ({ rate }, { clock }) =>
    new DelayLine(clock, (frame, now, previous) => Math.max(now, previous) + frame.length / rate),
});
