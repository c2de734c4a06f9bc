import { z } from 'zod';
import { after } from '../after.js';
import { milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const resetPeer = defineFault({
  type: 'reset_peer',
  summary: 'The TCP connection is reset after timeout (0: at once), without a close frame.',
  per: 'connection',
  attributes: z.strictObject({ timeout: milliseconds.default(0) }),
  session: (session, { timeout }, { clock }) => after(clock, timeout, () => session.drop()),
});
