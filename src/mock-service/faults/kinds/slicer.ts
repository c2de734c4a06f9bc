import { z } from 'zod';
import { atLeastOne, count } from '../attributes.js';
import { defineFault } from '../kind.js';
import { addWireStage, type WriteWire } from '../wire-chain.js';

const attributes = z
  .strictObject({
    /** Bytes. */
    average_size: atLeastOne,
    size_variation: count.default(0),
    /** Microseconds, as Toxiproxy has it. */
    delay: count.default(0),
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
  session: (session, { average_size, size_variation, delay }, { clock, random }) => {
    const queue: { slice: Uint8Array; next: WriteWire }[] = [];
    let cancel: (() => void) | undefined;
    const flush = (): void => {
      cancel?.();
      cancel = undefined;
      for (const { slice, next } of queue.splice(0)) next(slice);
    };
    const later = (run: () => void): (() => void) => {
      if (delay > 0) {
        const timer = clock.after(delay / 1000, run);
        return () => timer.cancel();
      }
      // What is written in one tick goes out as one, however it was sliced.
      const immediate = setImmediate(run);
      return () => clearImmediate(immediate);
    };
    const step = (): void => {
      const { slice, next } = queue.shift()!;
      cancel = queue.length > 0 ? later(step) : undefined;
      next(slice);
    };
    const write = (bytes: Uint8Array, next: WriteWire): void => {
      for (let at = 0; at < bytes.length; ) {
        const size = Math.max(1, Math.round(average_size + size_variation * (2 * random() - 1)));
        queue.push({ slice: bytes.subarray(at, at + size), next });
        at += size;
      }
      if (cancel === undefined && queue.length > 0) cancel = later(step);
    };
    return addWireStage(session, { write, flush });
  },
});
