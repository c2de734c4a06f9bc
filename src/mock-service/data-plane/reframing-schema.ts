import { z } from 'zod';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import type { Immutable } from '../kit/index.js';

const messageBytes = z.int().min(1).max(MAX_WEBSOCKET_FRAME_BYTES);

/**
 * How tunnel bytes are laid out in WebSocket messages towards a client (W4). Tunnel frames are kept as sent in any case.
 *
 * - `as-sent`: where the sender ended its messages, as far as forwarding whole frames allows.
 * - `merge`: whole frames that are ready at the same time share a message, up to 131076 bytes.
 * - `split`: messages of the given sizes in turn, or of random sizes from 1 to `maxBytes` drawn from `seed`; frames are
 *   cut and joined without regard. What is ready is never held back: the last message of a burst may be shorter.
 * - `one-per-message`: each frame has a message of its own.
 */
export const reframingSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('as-sent') }),
  z.strictObject({ mode: z.literal('merge') }),
  z.strictObject({ mode: z.literal('one-per-message') }),
  z
    .strictObject({
      mode: z.literal('split'),
      /** Message sizes in bytes, in turn. */
      sizes: z.array(messageBytes).min(1).optional(),
      /** Or random sizes from 1 to this. */
      maxBytes: messageBytes.optional(),
      /** For the random sizes; the service's own seed unless given. */
      seed: z.union([z.string(), z.number()]).optional(),
    })
    .refine((split) => (split.sizes === undefined) !== (split.maxBytes === undefined), {
      message: 'give either sizes or maxBytes',
    }),
]);

/** A re-framing as options give it. */
export type ReframingInput = Immutable<z.infer<typeof reframingSchema>>;
type Split = Extract<ReframingInput, { mode: 'split' }>;

/** A re-framing with nothing left open: `split` has either sizes, or a largest size and a seed. */
export type Reframing =
  | Exclude<ReframingInput, Split>
  | Required<Pick<Split, 'mode' | 'sizes'>>
  | Required<Pick<Split, 'mode' | 'maxBytes' | 'seed'>>;

/** Fills in the seed, and what is missing. */
export function settleReframing(input: ReframingInput, seed: string | number): Reframing {
  if (input.mode !== 'split') return { mode: input.mode };
  if (input.sizes !== undefined) return { mode: 'split', sizes: input.sizes };
  return { mode: 'split', maxBytes: input.maxBytes ?? MAX_WEBSOCKET_FRAME_BYTES, seed: input.seed ?? seed };
}
