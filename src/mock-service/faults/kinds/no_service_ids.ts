import { z } from 'zod';
import { defineFault } from '../kind.js';

export const noServiceIds = defineFault({
  type: 'no_service_ids',
  summary: 'No SERVICE_IDS is sent after the handshake, although the subprotocol requires it (S1).',
  per: 'connection',
  attributes: z.strictObject({}),
  handshake: () => ({ serviceIds: null }),
});
