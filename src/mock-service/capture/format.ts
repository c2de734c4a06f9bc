import { z } from 'zod';

/** What the first line says the file is. */
export const CAPTURE_FORMAT = 'tunnel-testbed-capture';
/** The version this code writes. It reads this one and older ones. */
export const CAPTURE_VERSION = 1;

const side = z.enum(['source', 'destination']);
/** Milliseconds since the capture started, on the service's clock. */
const at = z.number().nonnegative();
const count = z.int().nonnegative();

export const headerSchema = z.object({
  format: z.literal(CAPTURE_FORMAT),
  version: z.literal(CAPTURE_VERSION),
  startedAt: z.iso.datetime(),
  /** Name and version of the service that was recorded. */
  service: z.string(),
  seed: z.union([z.string(), z.number()]).optional(),
  /** `omitted`: a payload is given by its length alone. */
  payloads: z.enum(['kept', 'omitted']),
});

/** A message as its fields, those left out that are at their zero value. */
export const messageFieldsSchema = z.strictObject({
  /** The type's name, or its number where it has none. */
  type: z.union([z.string(), z.int()]),
  streamId: z.int().optional(),
  ignorable: z.boolean().optional(),
  serviceId: z.string().optional(),
  connectionId: count.optional(),
  availableServiceIds: z.array(z.string()).optional(),
  /** A payload that is readable text. */
  text: z.string().optional(),
  /** Any other payload. */
  base64: z.base64().optional(),
  /** Length of a payload that was left out. */
  payloadBytes: count.optional(),
});

export const eventLineSchema = z.looseObject({ at, event: z.string() });

export const frameLineSchema = z.object({
  at,
  /** Counts the frames of the capture from 1. */
  frame: count,
  tunnelId: z.string(),
  side,
  /** Seen from the service: what it received from that side, or sent to it. */
  direction: z.enum(['received', 'sent']),
  /** The number of the frame, received from the other side, that this one is byte for byte. */
  relays: count.optional(),
  message: messageFieldsSchema.optional(),
  /** The bytes in hexadecimal, length prefix included, where the fields alone do not give them. */
  raw: z
    .string()
    .regex(/^([0-9a-f]{2})*$/, 'must be pairs of the digits 0-9 a-f')
    .optional(),
  /** How many bytes `raw` would have where it was left out. */
  rawBytes: count.optional(),
});

/** The size limit was reached: what came afterwards is not in the capture. */
export const truncatedLineSchema = z.object({ at, truncated: z.literal(true), maxBytes: count });
/** The capture was ended in order. */
export const endLineSchema = z.object({ at, end: z.literal(true), frames: count });

export type CaptureHeader = z.infer<typeof headerSchema>;
export type MessageFields = z.infer<typeof messageFieldsSchema>;
export type EventLine = z.infer<typeof eventLineSchema>;
export type FrameLine = z.infer<typeof frameLineSchema>;
export type FrameDirection = FrameLine['direction'];
