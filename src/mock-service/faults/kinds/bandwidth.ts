import { z } from 'zod';
import { DelayLine } from '../delay-line.js';
import { defineFault } from '../kind.js';

/** In kilobytes a second: a byte and a terabyte a second. */
const SLOWEST = 0.001;
const FASTEST = 1e9;

export const bandwidth = defineFault({
  type: 'bandwidth',
  summary: 'At most rate kilobytes (1000 bytes) of frames pass in a second. Back-pressure slows the sender.',
  per: 'connection',
  attributes: z.strictObject({ rate: z.number().min(SLOWEST).max(FASTEST) }),
  // A kilobyte a second is a byte a millisecond. So `frame.length / rate` is in milliseconds.
  stage: ({ rate }, { clock }) =>
    new DelayLine(clock, (frame, now, previous) => Math.max(now, previous) + frame.length / rate),
});
