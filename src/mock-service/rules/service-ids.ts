import { z } from 'zod';
import { encodedLength, MAX_MESSAGE_BYTES, MessageType, message } from '../../protocol/index.js';

/** Services of a tunnel, or ids in one SERVICE_IDS: far more than AWS's quota of 3, so that clients can be tried with many. */
export const MAX_SERVICE_IDS = 1000;

/** Whether one SERVICE_IDS can tell all of these, as it must (S1): a message has at most 65535 bytes. */
export function fitServiceIds(availableServiceIds: readonly string[]): boolean {
  const fields = { type: MessageType.SERVICE_IDS, availableServiceIds };
  return encodedLength(message(fields)) <= MAX_MESSAGE_BYTES;
}

/** Ids for a SERVICE_IDS that somebody asks for. They need not be well-formed: that is for clients to deal with. */
export const serviceIdsSchema = z
  .array(z.string())
  .max(MAX_SERVICE_IDS)
  .refine(fitServiceIds, `must fit one SERVICE_IDS of ${MAX_MESSAGE_BYTES} bytes (S1)`);
