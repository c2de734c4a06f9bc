import { z } from 'zod';
import { MessageType, type MessageTypeName } from '../../protocol/index.js';

/** A day: longer waits are typing errors. */
export const LONGEST_MS = 24 * 60 * 60 * 1000;

/** A duration in milliseconds. */
export const milliseconds = z.number().nonnegative().max(LONGEST_MS);
export const count = z.int().nonnegative();
/** A number of bytes: no buffer is longer. */
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

/** Which of the frames a fault strikes. Counted anew for each connection. */
export const selection = {
  /** Types of message; default DATA. */
  types: z.array(messageType).min(1).default(['DATA']),
  /** Only this service's. */
  serviceId: z.string().optional(),
  /** So many are spared first. */
  skip: count.default(0),
  /** So many are struck at most; all unless given. */
  limit: count.optional(),
};

export const selectionSchema = z.strictObject(selection);
export type Selection = z.infer<typeof selectionSchema>;
