import { z } from 'zod';
import type { Immutable } from '../kit/index.js';

/** The longest reason of a close frame, in bytes of UTF-8 (RFC 6455 5.5.1). */
const LONGEST_REASON = 123;

const close = z.object({
  code: z.number().int().min(1000).max(4999),
  reason: z
    .string()
    .refine((text) => Buffer.byteLength(text) <= LONGEST_REASON, 'must be at most 123 bytes of UTF-8'),
});

/** The closes by which the service ends a WebSocket with a fixed reason (D21, D22, D24, D28). Each is an option. */
export const closesSchema = z.strictObject({
  /** CloseTunnel, or the end of the tunnel's life (S16). */
  tunnelClosed: close.default({ code: 1000, reason: 'Tunnel is closed' }),
  /** A newer handshake took the side over (H12). */
  replaced: close.default({ code: 1008, reason: 'Connection is replaced by another connection' }),
  /** The token of the connection was rotated. */
  rotated: close.default({ code: 1008, reason: 'Access token was rotated' }),
  /** The service stops. */
  stopping: close.default({ code: 1001, reason: 'Service is stopping' }),
});

/** A WebSocket close: its code and its reason. */
export type Close = Immutable<z.infer<typeof close>>;
export type Closes = Immutable<z.infer<typeof closesSchema>>;

export const DEFAULT_CLOSES: Closes = closesSchema.parse({});
