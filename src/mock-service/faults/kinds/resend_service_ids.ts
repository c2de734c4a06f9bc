import { z } from 'zod';
import { encodedLength, MAX_MESSAGE_BYTES, MessageType, message } from '../../../protocol/index.js';
import { milliseconds } from '../attributes.js';
import { every } from '../every.js';
import { defineFault } from '../kind.js';

export const resendServiceIds = defineFault({
  type: 'resend_service_ids',
  summary: 'SERVICE_IDS comes again every interval, with the ids of the tunnel or others (S1).',
  per: 'connection',
  attributes: z.strictObject({
    interval: milliseconds.min(1).default(1000),
    serviceIds: z
      .array(z.string())
      .max(1000)
      .refine(fitOneFrame, `must fit one message of ${MAX_MESSAGE_BYTES} bytes`)
      .optional(),
  }),
  session: (session, { interval, serviceIds }, environment) =>
    every(environment, interval, () => {
      // A client that does not read is not sent more and more.
      if (session.hasRoom) session.sendServiceIds(serviceIds);
    }),
});

function fitOneFrame(availableServiceIds: readonly string[]): boolean {
  const fields = { type: MessageType.SERVICE_IDS, availableServiceIds };
  return encodedLength(message(fields)) <= MAX_MESSAGE_BYTES;
}
