import { z } from 'zod';
import { messageFieldsSchema } from '../capture/index.js';
import { faultViewSchema } from '../faults/index.js';

// Schemas of the API's answers. The OpenAPI document is made from them, and tests check the answers against them.

export const side = z.enum(['source', 'destination']);
const instant = z.number().describe("Milliseconds since the epoch, on the service's clock");

export const sideState = z.object({
  status: z.enum(['CONNECTED', 'DISCONNECTED']),
  lastUpdatedAt: instant,
});

export const tunnel = z.object({
  id: z.string(),
  arn: z.string(),
  status: z.enum(['OPEN', 'CLOSED']),
  services: z.array(z.string()),
  description: z.string().optional(),
  thingName: z.string().optional(),
  tags: z.record(z.string(), z.string()),
  createdAt: instant,
  lastUpdatedAt: instant,
  maxLifetimeMinutes: z.number(),
  source: sideState,
  destination: sideState,
});

export const openedTunnel = z.object({
  tunnel,
  sourceAccessToken: z.string(),
  destinationAccessToken: z.string(),
});

export const rotatedTokens = z.object({
  sourceAccessToken: z.string().optional(),
  destinationAccessToken: z.string().optional(),
});

export const session = z.object({
  tunnelId: z.string(),
  side,
  channelId: z.string(),
  subprotocol: z.string(),
  /** The number of received frames that are still kept. */
  keptFrames: z.int(),
});

export const stream = z.object({
  tunnelId: z.string(),
  serviceId: z.string().describe('Empty if the stream was started without a service id (V1)'),
  streamId: z.int(),
  format: z.enum(['V1', 'V2', 'V3']),
  connectionIds: z.array(z.int()),
  startedAt: instant,
});

export const receivedFrame = z.object({
  index: z.int().describe("The frame's number in its session, counted from 0"),
  hex: z.string().describe('The frame, length prefix included'),
  message: messageFieldsSchema.optional().describe('Absent if the frame does not parse'),
});

export const fault = faultViewSchema;

export const faultKind = z.object({
  type: z.string(),
  summary: z.string(),
  per: z.enum(['frame', 'connection']).describe('What toxicity applies to'),
  attributes: z.record(z.string(), z.unknown()).describe('JSON schema'),
});

export const capture = z.object({
  id: z.string(),
  running: z.boolean(),
  tunnelId: z.string().optional(),
  payloads: z.enum(['kept', 'omitted']),
  bytes: z.int(),
  frames: z.int(),
  file: z.string().optional(),
  failure: z.string().describe('Why the capture ended before it was stopped').optional(),
});

const address = z.object({ host: z.string(), port: z.int() });

export const listensOn = z.object({
  addresses: z
    .array(address)
    .describe('Addresses of the service, for plain and TLS. The first is its own port'),
  mqtt: address.optional().describe('Address of the embedded broker. Absent if there is none'),
});

export const clock = z.object({ now: instant, iso: z.iso.datetime() });

export const error = z.object({ error: z.string().describe('Stable code'), message: z.string() });
