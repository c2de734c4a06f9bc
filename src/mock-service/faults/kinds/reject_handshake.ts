import { z } from 'zod';
import { atLeastOne, milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const rejectHandshake = defineFault({
  type: 'reject_handshake',
  summary: 'Handshakes are answered with this status. The token is not used up. Live connections stay.',
  per: 'connection',
  attributes: z.strictObject({
    status: z.int().min(200).max(599).default(500),
    body: z.string().max(4096).default('Internal server error'),
    headers: z.record(z.string().regex(/^[\w-]+$/), z.string().regex(/^[\x20-\x7e]*$/)).default({}),
    /** How many handshakes are rejected. Default: all. */
    times: atLeastOne.optional(),
    delay: milliseconds.optional(),
  }),
  handshake: ({ status, body, headers, times, delay }) => ({
    status,
    body,
    headers,
    ...(times !== undefined && { times }),
    ...(delay !== undefined && { delayMs: delay }),
  }),
});
