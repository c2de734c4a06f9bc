import { z } from 'zod';
import { milliseconds } from '../attributes.js';
import { DelayLine } from '../delay-line.js';
import { defineFault } from '../kind.js';

export const latency = defineFault({
  type: 'latency',
  summary: 'Every frame is delayed by latency ± jitter. The order of frames does not change.',
  per: 'connection',
  attributes: z.strictObject({ latency: milliseconds, jitter: milliseconds.default(0) }),
  stage: ({ latency, jitter }, { clock, random }) =>
    new DelayLine(clock, (_frame, now) => now + Math.max(0, latency + jitter * (2 * random() - 1))),
});
