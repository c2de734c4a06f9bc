import { z } from 'zod';

/** How tunnel bytes are laid out in WebSocket messages (W4). */
export const reframingSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('as-sent') }),
  z.strictObject({ mode: z.literal('merge') }),
  z.strictObject({ mode: z.literal('one-per-message') }),
  z
    .strictObject({
      mode: z.literal('split'),
      /** Message sizes in bytes, in turn. */
      sizes: z.array(z.number().int().min(1).max(131_076)).min(1).optional(),
      /** Or random sizes from 1 to this. */
      maxBytes: z.number().int().min(1).max(131_076).optional(),
      /** For the random sizes; the service's own seed unless given. */
      seed: z.union([z.string(), z.number()]).optional(),
    })
    .refine((split) => (split.sizes === undefined) !== (split.maxBytes === undefined), {
      message: 'give either sizes or maxBytes',
    }),
]);
