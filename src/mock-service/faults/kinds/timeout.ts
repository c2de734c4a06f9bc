import { z } from 'zod';
import { after } from '../after.js';
import { milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const timeout = defineFault({
  type: 'timeout',
  summary: 'Nothing passes any more; after timeout (0: never) TCP is ended. What comes meanwhile is lost.',
  per: 'connection',
  attributes: z.strictObject({ timeout: milliseconds.default(0) }),
  stage: () => ({ heldBytes: 0, frame: () => {}, flush: () => {}, discard: () => {} }),
  session: (session, { timeout }, { clock }) =>
    timeout === 0 ? () => {} : after(clock, timeout, () => session.destroy()),
});
