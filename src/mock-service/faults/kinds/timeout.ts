import { z } from 'zod';
import { after } from '../after.js';
import { milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const timeout = defineFault({
  type: 'timeout',
  summary: 'No frame passes, and all frames are lost. After timeout (0: never) TCP is ended.',
  per: 'connection',
  attributes: z.strictObject({ timeout: milliseconds.default(0) }),
  stage: () => ({ heldBytes: 0, frame: () => {}, flush: () => {}, discard: () => {} }),
  session: (session, { timeout }, { clock }) =>
    timeout === 0 ? () => {} : after(clock, timeout, () => session.destroy()),
});
