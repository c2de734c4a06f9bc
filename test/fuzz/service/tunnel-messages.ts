import fc from 'fast-check';
import { encodeFrame, type Message, MessageType, message } from '../../../src/protocol/index.js';
import { anyInt32, anyText, hexBytes, ofHex } from './inputs.js';

const streamId = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(1, 2, 3) },
  { weight: 1, arbitrary: anyInt32 },
);
const connectionId = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(0, 1, 2, 3) },
  { weight: 1, arbitrary: fc.nat({ max: 2 ** 32 - 1 }) },
);
const serviceId = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('SSH', 'SSH', 'HTTP', '') },
  { weight: 1, arbitrary: anyText },
);
const type = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(1, 1, 1, 2, 2, 3, 6, 6, 7) },
  { weight: 1, arbitrary: fc.oneof(fc.constantFrom(0, 4, 5, 8), anyInt32) },
);
const payload = fc.oneof(
  { weight: 6, arbitrary: hexBytes(40) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(1000, 64_512, 64_513, 65_500).map((length) => '2a'.repeat(length)),
  },
);

/** Fields of a message that a client might mean to send. */
const fields = fc.record({
  type,
  streamId,
  serviceId,
  connectionId,
  payload: fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 1, arbitrary: payload }),
  ignorable: fc.oneof(
    { weight: 6, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  availableServiceIds: fc.oneof(
    { weight: 9, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: fc.array(anyText, { maxLength: 4 }) },
  ),
});

/** What is done to a frame behind its making. */
const mutation = fc.record({
  kind: fc.constantFrom('none', 'none', 'none', 'none', 'flip', 'cut', 'length', 'append', 'twice', 'drop'),
  at: fc.nat({ max: 80 }),
  value: fc.nat({ max: 255 }),
});

/** A tunnel frame: a message's bytes, right or made wrong. */
export const anyFrame: fc.Arbitrary<string> = fc
  .tuple(fields, mutation)
  .map(([value, { kind, at, value: byte }]) => {
    const frame = Buffer.from(encoded({ ...value, payload: ofHex(value.payload) }));
    const place = at % frame.length;
    if (kind === 'flip') frame[place] = byte;
    if (kind === 'length') frame.writeUInt16BE((frame.readUInt16BE(0) + byte) & 0xffff);
    if (kind === 'cut') return frame.subarray(0, place).toString('hex');
    if (kind === 'append') return Buffer.concat([frame, Buffer.alloc(at, byte)]).toString('hex');
    if (kind === 'twice') return Buffer.concat([frame, frame]).toString('hex');
    return kind === 'drop' ? '' : frame.toString('hex');
  });

/** Several frames back to back. */
export const anyTunnelBytes: fc.Arbitrary<string> = fc
  .array(anyFrame, { maxLength: 4 })
  .map((parts) => parts.join(''));

/** STREAM_START, behind which messages of its stream are in order. */
export const START = Buffer.from(
  encodeFrame(message({ type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH', connectionId: 1 })),
).toString('hex');

function encoded(value: Partial<Message>): Uint8Array {
  try {
    return encodeFrame(message(value));
  } catch {
    return encodeFrame(message({ ...value, payload: new Uint8Array() })); // it would not fit a frame
  }
}
