import { z } from 'zod';
import { after } from '../after.js';
import { milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const sessionReset = defineFault({
  type: 'session_reset',
  summary: 'SESSION_RESET is sent after timeout (0: at once). It ends every stream of the side (S12).',
  per: 'connection',
  attributes: z.strictObject({ timeout: milliseconds.default(0) }),
  session: (session, { timeout }, { clock }) => after(clock, timeout, () => session.resetSession()),
});
