import { z } from 'zod';
import { serviceIdsSchema } from '../../rules/index.js';
import { milliseconds } from '../attributes.js';
import { every } from '../every.js';
import { defineFault } from '../kind.js';

export const resendServiceIds = defineFault({
  type: 'resend_service_ids',
  summary: 'SERVICE_IDS is sent again every interval, with the ids of the tunnel or with other ids (S1).',
  per: 'connection',
  attributes: z.strictObject({
    interval: milliseconds.min(1).default(1000),
    serviceIds: serviceIdsSchema.optional(),
  }),
  session: (session, { interval, serviceIds }, environment) =>
    every(environment, interval, () => {
      // Nothing more is sent to a client that does not read.
      if (session.hasRoom) session.sendServiceIds(serviceIds);
    }),
});
