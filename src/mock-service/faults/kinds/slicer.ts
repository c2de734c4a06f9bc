import { z } from 'zod';
import type { PassOn, Stage } from '../../data-plane/index.js';
import { byteCount, count, LONGEST_MS } from '../attributes.js';
import { BYTES_OF_ENTRY } from '../held-cost.js';
import { defineFault, type Undo } from '../kind.js';

const attributes = z
  .strictObject({
    /** In bytes. */
    average_size: byteCount.min(1),
    size_variation: byteCount.default(0),
    /** In microseconds, as in Toxiproxy. */
    delay: count.max(LONGEST_MS * 1000).default(0),
  })
  .refine(({ average_size, size_variation }) => size_variation < average_size, {
    message: 'size_variation must be smaller than average_size',
    path: ['size_variation'],
  });

export const slicer = defineFault({
  type: 'slicer',
  summary: 'The bytes of the connection are written in slices of average_size ± size_variation bytes.',
  per: 'connection',
  attributes,
  stage: ({ average_size, size_variation, delay }, { clock, random, nextTurn }, session) => {
    let waiting: { readonly bytes: Buffer; readonly passOn: PassOn }[] = [];
    let heldBytes = 0;
    let callOff: Undo | undefined;
    const later = (run: () => void): Undo => {
      // All writes of one turn of the event loop are sent together, so each slice needs its own turn.
      if (delay === 0) return nextTurn(run);
      const timer = clock.after(delay / 1000, run);
      return () => timer.cancel();
    };
    /** Cuts a slice just before it is sent, because many small slices cost far more memory than their bytes. */
    const takeSlice = (): { slice: Buffer; passOn: PassOn } => {
      const size = Math.max(1, Math.round(average_size + size_variation * (2 * random() - 1)));
      const { bytes, passOn } = waiting[0]!;
      const slice = bytes.subarray(0, size);
      heldBytes -= slice.length;
      if (slice.length < bytes.length) {
        waiting[0] = { bytes: bytes.subarray(slice.length), passOn };
      } else {
        waiting.shift();
        heldBytes -= BYTES_OF_ENTRY;
      }
      return { slice, passOn };
    };
    const step = (): void => {
      callOff = undefined;
      // For the same reason, no slice is cut before the socket takes it.
      if (!session.writable) return;
      const { slice, passOn } = takeSlice();
      if (waiting.length > 0) callOff = later(step);
      passOn(slice);
    };
    const empty = () => {
      callOff?.();
      callOff = undefined;
      heldBytes = 0;
      const rest = waiting;
      waiting = [];
      return rest;
    };
    return {
      place: 'wire',
      get heldBytes() {
        return heldBytes;
      },
      frame: (bytes, passOn) => {
        if (bytes.length === 0) return;
        waiting.push({ bytes, passOn });
        heldBytes += bytes.length + BYTES_OF_ENTRY;
        callOff ??= later(step);
      },
      drained: () => {
        if (waiting.length > 0) callOff ??= later(step);
      },
      flush: () => {
        for (const { bytes, passOn } of empty()) passOn(bytes);
      },
      discard: () => void empty(),
    } satisfies Stage;
  },
});
