import { z } from 'zod';
import { encodedLength, MAX_MESSAGE_BYTES, MessageType, message } from '../../protocol/index.js';

/**
 * The largest number of services in a tunnel, and of ids in one SERVICE_IDS. It is far more than AWS's quota of 3, so
 * that clients can be tested with many services.
 */
export const MAX_SERVICE_IDS = 1000;

/** Whether all these ids fit in one SERVICE_IDS, as S1 requires. A message has at most 65535 bytes. */
export function fitServiceIds(availableServiceIds: readonly string[]): boolean {
  const fields = { type: MessageType.SERVICE_IDS, availableServiceIds };
  return encodedLength(message(fields)) <= MAX_MESSAGE_BYTES;
}

/**
 * The ids for a SERVICE_IDS that a test injects. They need not be well-formed: a test may send a client malformed ids.
 */
export const serviceIdsSchema = z
  .array(z.string())
  .max(MAX_SERVICE_IDS)
  .refine(fitServiceIds, `must fit one SERVICE_IDS of ${MAX_MESSAGE_BYTES} bytes (S1)`);
