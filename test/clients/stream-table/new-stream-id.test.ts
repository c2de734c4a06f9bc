import { describe, expect, it } from 'vitest';
import { newStreamId } from '../../../src/clients/stream-table/index.js';
import { encodeMessage, MessageType, message } from '../../../src/protocol/index.js';

describe('a new stream id', () => {
  it('is never 0, and takes at most four bytes on the wire, as aws-c-iot needs in order to answer (S3)', () => {
    const ids = Array.from({ length: 2_000 }, newStreamId);
    const sizes = ids.map((streamId) => encodeMessage(message({ type: MessageType.DATA, streamId })).length);
    expect(Math.min(...ids)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBe(2 + 1 + 4); // the type, the field's tag, and the id
    expect(new Set(ids).size).toBeGreaterThan(1_990);
  });
});
