// Bytes that must be refused, by whom, and why.
import { bytes, encode, frame, hex, lengthDelimited, longer, payload, Type, varint } from './wire.mjs';

const ssh = { streamId: 1, serviceId: 'SSH' };
const http = { streamId: 1, serviceId: 'HTTP' };
const v3 = { ...ssh, connectionId: 1 };

/** The stream ends inside a frame: a reader that has seen its end knows; before that it waits for more. */
function cut(name, reason, stream, pendingBytes) {
  return { name, judge: 'frame-reader', reason, pendingBytes, bytes: stream };
}

/** `code` and `offset` (from the start of the message) are what this project's codec says. */
function unparsable(name, reason, body, code, offset) {
  return { name, judge: 'protobuf', rule: 'M11', reason, error: { code, offset }, bytes: frame(body) };
}

/** The same where decoders differ and a decision of docs/protocol.md says what this project does. */
function disputed(decision, ...vector) {
  return { ...unparsable(...vector), decision };
}

/** Protobuf accepts it; a rule of the tunnel protocol refuses it, after what `before` sent, in a tunnel with SSH and HTTP. */
function broken(rule, from, name, reason, before, fields) {
  const body = fields instanceof Uint8Array ? fields : encode(fields);
  const earlier = before.map(([side, value]) => ({
    from: side,
    frame: frame(encode(value)).toString('hex'),
  }));
  return { name, judge: rule, from, reason, before: earlier, bytes: frame(body) };
}

const data = frame(encode({ type: Type.DATA, ...ssh, payload: payload(5) }));

const frames = [
  cut('half a length', 'the stream ends after the first byte of a length', hex('00'), 1),
  cut('a length alone', 'the stream ends between length and message', hex('0005'), 2),
  cut(
    'a message cut off',
    'the stream ends one byte before the frame does',
    data.subarray(0, -1),
    data.length - 1,
  ),
  cut('a second frame cut off', 'the first frame is whole, the second is not', bytes(data, '000b0802'), 4),
  cut(
    'a length one too large',
    'the frame waits for a byte that never comes',
    frame(data.subarray(2), data.length - 1),
    data.length,
  ),
  cut(
    'the largest length, one byte short',
    'as long as a frame can be, less one',
    frame(payload(65_534), 65_535),
    65_536,
  ),
];

const nested = (depth) => bytes('0801', hex('43'.repeat(depth)), hex('44'.repeat(depth)));

const bodies = [
  unparsable('a type cut off', 'a varint has no last byte', hex('0880'), 'TRUNCATED_FIELD', 1),
  unparsable('a tag without value', 'the message ends after a tag', hex('08011001 18'), 'TRUNCATED_FIELD', 5),
  unparsable(
    'a payload cut off',
    'the payload is longer than the message',
    hex('0801 1001 220561'),
    'TRUNCATED_FIELD',
    5,
  ),
  unparsable(
    'a service id cut off',
    'the service id is longer than the message',
    hex('0801 1001 2a045353'),
    'TRUNCATED_FIELD',
    5,
  ),
  unparsable(
    'a payload of 4 GiB announced',
    'the payload is longer than the message',
    hex('0801 22ffffffff0f'),
    'TRUNCATED_FIELD',
    3,
  ),
  unparsable(
    'an unknown field cut off',
    'eight bytes are announced, four are there',
    hex('0801 41 01020304'),
    'TRUNCATED_FIELD',
    2,
  ),
  unparsable(
    'a length one too small',
    'the frame ends inside the last field',
    data.subarray(2, -1),
    'TRUNCATED_FIELD',
    12,
  ),
  unparsable(
    'a varint of eleven bytes',
    'a varint has at most ten',
    hex('08ffffffffffffffffffff01'),
    'MALFORMED_VARINT',
    1,
  ),
  disputed(
    'D34',
    'a varint of eleven bytes in an unknown field',
    'a varint has at most ten',
    bytes('0801 40', longer(1, 11)),
    'MALFORMED_VARINT',
    3,
  ),
  ...[6, 10].flatMap((length) => [
    disputed(
      'D33',
      `a tag of ${length} bytes`,
      'a tag is a varint of 32 bits: at most five bytes',
      bytes(longer(0x08, length), '01', '1001'),
      'MALFORMED_VARINT',
      0,
    ),
    disputed(
      'D33',
      `a length of ${length} bytes`,
      'a length is a varint of 32 bits: at most five bytes',
      bytes('0801 1001 22', longer(5, length), payload(5)),
      'MALFORMED_VARINT',
      5,
    ),
  ]),
  unparsable('field number 0', 'fields are numbered from 1', hex('0801 0001'), 'ILLEGAL_FIELD_NUMBER', 2),
  unparsable(
    'a length prefix inside the frame',
    'a message with its prefix left on starts with field number 0',
    data,
    'ILLEGAL_FIELD_NUMBER',
    0,
  ),
  unparsable('wire type 6', 'there is no such wire type', hex('0801 46'), 'ILLEGAL_WIRE_TYPE', 2),
  unparsable('wire type 7', 'there is no such wire type', hex('0801 4f'), 'ILLEGAL_WIRE_TYPE', 2),
  unparsable('a group that ends without a start', 'nothing is open', hex('0801 44'), 'UNBALANCED_GROUP', 2),
  unparsable(
    'a group that does not end',
    'the message ends inside it',
    hex('0801 43 0801'),
    'UNBALANCED_GROUP',
    2,
  ),
  unparsable(
    'a group that ends as another field',
    'the end names another field',
    hex('0801 43 4c'),
    'UNBALANCED_GROUP',
    3,
  ),
  disputed('D35', 'groups nested 101 deep', 'parsers stop at 100', nested(101), 'UNBALANCED_GROUP', 102),
  unparsable('groups nested 150 deep', 'parsers stop at about 100', nested(150), 'UNBALANCED_GROUP', 102),
  unparsable('a service id with a lone continuation byte', 'not UTF-8', hex('2a0180'), 'INVALID_UTF8', 2),
  unparsable('a service id with a character cut off', 'not UTF-8', hex('2a02e6bc'), 'INVALID_UTF8', 2),
  unparsable('a service id with an overlong form', 'not UTF-8', hex('2a02c080'), 'INVALID_UTF8', 2),
  unparsable('a service id with a surrogate', 'not UTF-8', hex('2a03eda080'), 'INVALID_UTF8', 2),
  unparsable(
    'an available service id that is not UTF-8',
    'not UTF-8',
    hex('0805 3202c328'),
    'INVALID_UTF8',
    4,
  ),
];

const S = 'source';
const D = 'destination';
const v1Start = [S, { type: Type.STREAM_START, streamId: 1 }];
const v2Start = [S, { type: Type.STREAM_START, ...ssh }];
const v3Start = [S, { type: Type.STREAM_START, ...v3 }];

function withoutStreamId() {
  const types = ['STREAM_START', 'DATA', 'STREAM_RESET', 'CONNECTION_START', 'CONNECTION_RESET'];
  return types.map((type) =>
    broken(
      'M2',
      S,
      `${type} without stream id`,
      'a stream message needs a stream id other than 0',
      [v3Start],
      {
        type: Type[type],
        serviceId: 'SSH',
      },
    ),
  );
}

function tooMuch(length) {
  const fields = { type: Type.DATA, streamId: 1, payload: payload(length) };
  return broken(
    'M3',
    S,
    `a payload of ${length} bytes`,
    'a payload has at most 64512 bytes',
    [v1Start],
    fields,
  );
}

const unknownField = (name, field) =>
  broken(
    'M6',
    S,
    name,
    'the schema has no such field',
    [v2Start],
    bytes(encode({ type: Type.DATA, ...ssh }), field),
  );

const rules = [
  broken('M1', S, 'an empty message', 'no type is type UNKNOWN', [], {}),
  broken('M1', S, 'type 0 written out', 'the type is UNKNOWN', [], hex('0800 1001')),
  broken('M1', D, 'no type but all else', 'no type is type UNKNOWN', [v3Start], {
    ...v3,
    payload: payload(5),
  }),
  ...withoutStreamId(),
  tooMuch(64_513),
  tooMuch(65_527), // with type, stream id and the payload's own tag and length: 65535, the most a length can announce
  broken('M4', D, 'STREAM_START from the destination', 'only a source starts streams', [], v2Start[1]),
  broken('M4', D, 'CONNECTION_START from the destination', 'only a source starts connections', [v3Start], {
    type: Type.CONNECTION_START,
    ...v3,
    connectionId: 2,
  }),
  broken('M5', S, 'SESSION_RESET from the source', 'only the service sends it', [], {
    type: Type.SESSION_RESET,
  }),
  broken('M5', D, 'SERVICE_IDS from the destination', 'only the service sends it', [], {
    type: Type.SERVICE_IDS,
    availableServiceIds: ['SSH'],
  }),
  unknownField('an unknown varint field', hex('4001')),
  unknownField('an unknown field of bytes', lengthDelimited(8, 'later')),
  unknownField('an unknown field of 4 bytes', hex('45 01020304')),
  unknownField('an unknown field of 8 bytes', hex('41 0102030405060708')),
  unknownField('an unknown group', hex('43 0801 44')),
  unknownField('the highest field number', bytes(varint((2 ** 29 - 1) * 8), '01')),
  unknownField('the stream id as bytes', lengthDelimited(2, 'x')),
  broken('M7', S, 'STREAM_START for a service the tunnel lacks', 'the tunnel has SSH and HTTP', [], {
    type: Type.STREAM_START,
    streamId: 1,
    serviceId: 'VNC',
  }),
  broken('M8', S, 'DATA gains a service id', 'its stream started without', [v1Start], {
    type: Type.DATA,
    ...ssh,
  }),
  broken('M8', S, 'DATA loses its service id', 'its stream started with one', [v2Start], {
    type: Type.DATA,
    streamId: 1,
  }),
  broken('M9', S, 'DATA before any stream', 'no stream was ever started', [], { type: Type.DATA, ...ssh }),
  broken('M9', D, 'DATA for another service', 'only SSH has a stream', [v2Start], {
    type: Type.DATA,
    ...http,
  }),
  broken('M10', S, 'type 8, not ignorable', 'an unknown type must be marked ignorable', [], {
    type: 8,
    streamId: 1,
  }),
  broken(
    'M10',
    D,
    'type -1, not ignorable',
    'an unknown type must be marked ignorable',
    [],
    hex('08ffffffffffffffffff01'),
  ),
  broken(
    'M13',
    S,
    'CONNECTION_START on a V2 stream',
    'its stream started without connection ids',
    [v2Start],
    {
      type: Type.CONNECTION_START,
      ...v3,
    },
  ),
  broken('M13', S, 'a second stream without service id', 'the session began with service ids', [v2Start], {
    type: Type.STREAM_START,
    streamId: 2,
  }),
];

export const malformed = [...frames, ...bodies, ...rules];
