import { z } from 'zod';
import type { Timer } from '../../kit/index.js';
import { milliseconds } from '../attributes.js';
import { defineFault } from '../kind.js';

export const resendServiceIds = defineFault({
  type: 'resend_service_ids',
  summary: 'SERVICE_IDS comes again every interval, with the ids of the tunnel or others (S1).',
  per: 'connection',
  attributes: z.strictObject({
    interval: milliseconds.min(1).default(1000),
    serviceIds: z.array(z.string()).max(1000).optional(),
  }),
  session: (session, { interval, serviceIds }, { clock }) => {
    let timer: Timer;
    const send = (): void => {
      session.sendServiceIds(serviceIds);
      timer = clock.after(interval, send);
    };
    timer = clock.after(interval, send);
    return () => timer.cancel();
  },
});
