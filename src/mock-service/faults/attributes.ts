import { z } from 'zod';
import { MessageType, type MessageTypeName } from '../../protocol/index.js';

/** A day, in milliseconds. A longer wait is probably a typing error. */
export const LONGEST_MS = 24 * 60 * 60 * 1000;

/** A duration in milliseconds. */
export const milliseconds = z.number().nonnegative().max(LONGEST_MS);
export const count = z.int().nonnegative();
/** A number of bytes. The limit keeps buffers small enough to allocate. */
export const byteCount = z
  .int()
  .nonnegative()
  .max(2 ** 30);
export const atLeastOne = z.int().positive();
export const int32 = z
  .int()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);

const typeNames = Object.keys(MessageType) as [MessageTypeName, ...MessageTypeName[]];
/** A message type by name or number. */
export const messageType = z.union([z.enum(typeNames), int32]);

/** Which frames a fault affects. The counts start again for each connection. */
export const selection = {
  /** The types of messages. Default: DATA. */
  types: z.array(messageType).min(1).default(['DATA']),
  /** Only frames of this service. Default: all services. */
  serviceId: z.string().optional(),
  /** The first `skip` matching frames are not affected. */
  skip: count.default(0),
  /** At most this many frames are affected. Default: all. */
  limit: count.optional(),
};

export const selectionSchema = z.strictObject(selection);
export type Selection = z.infer<typeof selectionSchema>;
