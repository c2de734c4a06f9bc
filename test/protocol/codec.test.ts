import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeMessage,
  encodedLength,
  encodeFrame,
  encodeMessage,
  type Message,
  MessageType,
  message,
  ProtocolError,
} from '../../src/protocol/index.js';
import { decodeWithReference, encodeWithReference } from '../../src/protocol/reference/index.js';
import { anyMessage } from '../support/arbitraries.js';
import { isKnownDifference } from '../support/reference-quirks.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

/** Payloads come back as views of other buffers; compare what they hold. */
function plain(value: Message) {
  return { ...value, payload: hex(value.payload), availableServiceIds: [...value.availableServiceIds] };
}

describe('the golden bytes of docs/protocol.md', () => {
  const hello = Buffer.from('hello');
  const golden: [string, Partial<Message>, string][] = [
    [
      'V3 STREAM_START',
      { type: MessageType.STREAM_START, streamId: 1, serviceId: 'SSH', connectionId: 1 },
      '000b080210012a035353483801',
    ],
    [
      'V3 DATA',
      { type: MessageType.DATA, streamId: 1, serviceId: 'SSH', connectionId: 1, payload: hello },
      '001208011001220568656c6c6f2a035353483801',
    ],
    ['V1 STREAM_START', { type: MessageType.STREAM_START, streamId: 1 }, '000408021001'],
    ['V1 DATA', { type: MessageType.DATA, streamId: 1, payload: hello }, '000b08011001220568656c6c6f'],
  ];
  it.each(golden)('%s', (_name, fields, frame) => {
    expect(hex(encodeFrame(message(fields)))).toBe(frame);
    expect(plain(decodeMessage(bytes(frame), 2))).toEqual(plain(message(fields)));
  });
});

describe('against protobufjs', () => {
  it('any message encodes to bytes that the other decodes to the same message, both ways', () => {
    fc.assert(
      fc.property(anyMessage, (value) => {
        const ours = encodeMessage(value);
        const theirs = encodeWithReference(value);
        expect(hex(ours)).toBe(hex(theirs));
        expect(ours.length).toBe(encodedLength(value));
        expect(plain(decodeWithReference(ours))).toEqual(plain(value));
        expect(plain(decodeMessage(theirs))).toEqual(plain(value));
      }),
      { numRuns: 1000 },
    );
  });

  it('accepts and refuses the same bytes, and reads the same from them', () => {
    const mutated = fc
      .tuple(anyMessage, fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }), fc.nat())
      .map(([value, changes, cut]) => {
        const body = encodeMessage(value).slice();
        for (const [at, byte] of changes) if (body.length > 0) body[at % body.length] = byte;
        return cut % 3 === 0 ? body.subarray(0, cut % (body.length + 1)) : body;
      });
    const tagged = fc
      .array(fc.tuple(fc.nat({ max: 0x4a }), fc.uint8Array({ maxLength: 12 })), { maxLength: 5 })
      .map((fields) => Uint8Array.from(fields.flatMap(([tag, rest]) => [tag, ...rest])));
    fc.assert(
      fc.property(fc.oneof(mutated, tagged, fc.uint8Array({ maxLength: 40 })), (body) => {
        const theirs = attempt(() => decodeWithReference(body));
        const ours = attempt(() => decodeMessage(body));
        expect(ours.error === undefined || ours.error instanceof ProtocolError).toBe(true);
        if (ours.error instanceof ProtocolError && isKnownDifference(body, ours.error)) return;
        expect({ body: hex(body), value: ours.value && plain(ours.value) }).toEqual({
          body: hex(body),
          value: theirs.value && plain(theirs.value),
        });
      }),
      { numRuns: 20_000 },
    );
  });
});

function attempt<T>(run: () => T): { value?: T; error?: unknown } {
  try {
    return { value: run() };
  } catch (error) {
    return { error };
  }
}

describe('malformed input gives a typed error with code and offset', () => {
  const cases: [string, string, string, number][] = [
    ['a field cut off', '0801220568', 'TRUNCATED_FIELD', 3],
    ['a varint cut off', '0880', 'TRUNCATED_FIELD', 1],
    ['a varint without end', '08ffffffffffffffffffff01', 'MALFORMED_VARINT', 1],
    ['a varint without end in an unknown field', '40ffffffffffffffffffff01', 'MALFORMED_VARINT', 1],
    ['a tag of six bytes', '0801888080808000', 'MALFORMED_VARINT', 2],
    ['a length of six bytes', '08012281808080800061', 'MALFORMED_VARINT', 3],
    ['a tag of more than 32 bits', '88808080100a', 'MALFORMED_VARINT', 0],
    ['field number 0', '0801000b', 'ILLEGAL_FIELD_NUMBER', 2],
    ['wire type 7', '08014f', 'ILLEGAL_WIRE_TYPE', 2],
    ['a group that ends without a start', '4c', 'UNBALANCED_GROUP', 0],
    ['a service id that is not UTF-8', '2a02c328', 'INVALID_UTF8', 2],
  ];
  it.each(cases)('%s', (_name, body, code, offset) => {
    expect(() => decodeMessage(bytes(body))).toThrowError(expect.objectContaining({ code, offset }));
  });

  it('refuses to encode what no frame can hold', () => {
    const tooLong = message({ type: MessageType.DATA, streamId: 1, payload: new Uint8Array(65_535) });
    expect(() => encodeFrame(tooLong)).toThrowError(expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }));
    expect(() => encodeMessage(message({ streamId: 2 ** 31 }))).toThrowError(
      expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }),
    );
  });
});
