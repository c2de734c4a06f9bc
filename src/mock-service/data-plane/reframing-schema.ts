import { z } from 'zod';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import type { Immutable } from '../kit/index.js';

const messageBytes = z.int().min(1).max(MAX_WEBSOCKET_FRAME_BYTES);

/**
 * How tunnel bytes are divided into WebSocket messages towards a client (W4). The bytes of the tunnel frames never
 * change.
 *
 * - `as-sent`: messages end where the sender ended its messages, as far as forwarding whole frames allows.
 * - `merge`: whole frames that are ready at the same time share a message, up to 131076 bytes.
 * - `split`: messages have the given sizes in turn, or random sizes from 1 to `maxBytes` that `seed` determines. Messages
 *   may begin and end anywhere in a frame. Ready bytes do not wait, so the last message of a burst may be shorter.
 * - `one-per-message`: each frame has its own message.
 */
export const reframingSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('as-sent') }),
  z.strictObject({ mode: z.literal('merge') }),
  z.strictObject({ mode: z.literal('one-per-message') }),
  z
    .strictObject({
      mode: z.literal('split'),
      /** Message sizes in bytes, used in turn. */
      sizes: z.array(messageBytes).min(1).optional(),
      /** The largest random size in bytes. */
      maxBytes: messageBytes.optional(),
      /** Determines the random sizes. Default: the service's own seed. */
      seed: z.union([z.string(), z.number()]).optional(),
    })
    .refine((split) => (split.sizes === undefined) !== (split.maxBytes === undefined), {
      message: 'give either sizes or maxBytes',
    }),
]);

/** A re-framing, as options give it. */
export type ReframingInput = Immutable<z.infer<typeof reframingSchema>>;
type Split = Extract<ReframingInput, { mode: 'split' }>;

/** A re-framing with all defaults filled in: `split` has either sizes, or a largest size and a seed. */
export type Reframing =
  | Exclude<ReframingInput, Split>
  | Required<Pick<Split, 'mode' | 'sizes'>>
  | Required<Pick<Split, 'mode' | 'maxBytes' | 'seed'>>;

/** Fills in the seed and the other defaults. */
export function settleReframing(input: ReframingInput, seed: string | number): Reframing {
  if (input.mode !== 'split') return { mode: input.mode };
  if (input.sizes !== undefined) return { mode: 'split', sizes: input.sizes };
  return { mode: 'split', maxBytes: input.maxBytes ?? MAX_WEBSOCKET_FRAME_BYTES, seed: input.seed ?? seed };
}
