import { z } from 'zod';

/** The name of the format in the first line of a file. */
export const CAPTURE_FORMAT = 'tunnel-testbed-capture';
/** The version of the format that this code writes. It reads this version and older ones. */
export const CAPTURE_VERSION = 1;

const side = z.enum(['source', 'destination']);
/** In milliseconds since the capture started, by the service's clock. */
const at = z.number().nonnegative();
const count = z.int().nonnegative();

export const headerSchema = z.object({
  format: z.literal(CAPTURE_FORMAT),
  version: z.literal(CAPTURE_VERSION),
  startedAt: z.iso.datetime(),
  /** Name and version of the recorded service. */
  service: z.string(),
  seed: z.union([z.string(), z.number()]).optional(),
  /** `omitted`: only the length of each payload is recorded. */
  payloads: z.enum(['kept', 'omitted']),
});

/** The fields of a message. Fields with their zero value are left out. */
export const messageFieldsSchema = z.strictObject({
  /** The type's name, or its number if it has no name. */
  type: z.union([z.string(), z.int()]),
  streamId: z.int().optional(),
  ignorable: z.boolean().optional(),
  serviceId: z.string().optional(),
  connectionId: count.optional(),
  availableServiceIds: z.array(z.string()).optional(),
  /** The payload, if it is readable text. */
  text: z.string().optional(),
  /** The payload, if it is not readable text. */
  base64: z.base64().optional(),
  /** The length of the payload in bytes, if the payload was left out. */
  payloadBytes: count.optional(),
});

export const eventLineSchema = z.looseObject({ at, event: z.string() });

export const frameLineSchema = z.object({
  at,
  /** The frame's number in the capture, counted from 1. */
  frame: count,
  tunnelId: z.string(),
  side,
  /** As seen from the service: received from that side, or sent to it. */
  direction: z.enum(['received', 'sent']),
  /** The number of the received frame that this sent frame repeats byte for byte. */
  relays: count.optional(),
  message: messageFieldsSchema.optional(),
  /** The bytes in hexadecimal, length prefix included, if the fields alone do not determine them. */
  raw: z
    .string()
    .regex(/^([0-9a-f]{2})*$/, 'must be pairs of the digits 0-9 a-f')
    .optional(),
  /** How many bytes `raw` would have, if it was left out. */
  rawBytes: count.optional(),
});

/** The last line of a capture that reached its size limit. Later frames and events are not in it. */
export const truncatedLineSchema = z.object({ at, truncated: z.literal(true), maxBytes: count });
/** The last line of a capture that was stopped. */
export const endLineSchema = z.object({ at, end: z.literal(true), frames: count });

export type CaptureHeader = z.infer<typeof headerSchema>;
export type MessageFields = z.infer<typeof messageFieldsSchema>;
export type EventLine = z.infer<typeof eventLineSchema>;
export type FrameLine = z.infer<typeof frameLineSchema>;
export type FrameDirection = FrameLine['direction'];
