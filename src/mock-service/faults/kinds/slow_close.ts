import { z } from 'zod';
import { LENGTH_PREFIX_BYTES, MessageScanner, MessageType } from '../../../protocol/index.js';
import { milliseconds } from '../attributes.js';
import { DelayLine } from '../delay-line.js';
import { defineFault } from '../kind.js';

export const slowClose = defineFault({
  type: 'slow_close',
  summary: 'STREAM_RESET and CONNECTION_RESET, which end a TCP connection, are delayed by delay.',
  per: 'connection',
  attributes: z.strictObject({ delay: milliseconds }),
  stage: ({ delay }, { clock }) => {
    const scanner = new MessageScanner();
    return new DelayLine(clock, (frame, now) => {
      scanner.scan(frame, LENGTH_PREFIX_BYTES, frame.length);
      const { type } = scanner;
      return type === MessageType.STREAM_RESET || type === MessageType.CONNECTION_RESET ? now + delay : now;
    });
  },
});
