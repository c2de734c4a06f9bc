// Bytes that every decoder must accept, with the message they mean.
import { bytes, decode, encode, frame, lengthDelimited, longer, payload, Type, varint } from './wire.mjs';

const ADDRESS = {
  V1: { streamId: 1 },
  V2: { streamId: 1, serviceId: 'SSH' },
  V3: { streamId: 1, serviceId: 'SSH', connectionId: 1 },
};
const FORMATS = ['V1', 'V2', 'V3'];
const PAYLOAD_LENGTHS = [0, 1, 127, 128, 16_383, 16_384, 64_512];

/** A message as any encoder writes it: fields in order, zero values left out. */
function canonical(name, formats, fields) {
  const body = encode(fields);
  return { name, formats, canonical: true, message: decode(body), frame: frame(body) };
}

/** Bytes that no encoder need write and every decoder must read. `breaks` names the rule that forbids sending them. */
function unusual(name, body, breaks) {
  const entry = { name, formats: FORMATS, canonical: false, message: decode(body), frame: frame(body) };
  return breaks === undefined ? entry : { ...entry, breaks };
}

function ofEachType() {
  const vectors = [];
  for (const format of FORMATS) {
    const address = ADDRESS[format];
    const add = (name, fields) => vectors.push(canonical(`${format} ${name}`, [format], fields));
    add('STREAM_START', { type: Type.STREAM_START, ...address });
    for (const length of PAYLOAD_LENGTHS) {
      const content = length > 0 ? { payload: payload(length) } : {};
      add(`DATA with a payload of ${length} bytes`, { type: Type.DATA, ...address, ...content });
    }
    add('STREAM_RESET', { type: Type.STREAM_RESET, ...address });
    if (format !== 'V3') continue;
    add('CONNECTION_START', { type: Type.CONNECTION_START, ...address, connectionId: 2 });
    add('CONNECTION_RESET', { type: Type.CONNECTION_RESET, ...address, connectionId: 2 });
  }
  vectors.push(canonical('SESSION_RESET', FORMATS, { type: Type.SESSION_RESET }));
  const lists = { 'no id': [], 'one id': ['SSH'], 'three ids': ['SSH', 'HTTP', 'a:b_c-9'] };
  for (const [what, availableServiceIds] of Object.entries(lists)) {
    const fields = { type: Type.SERVICE_IDS, availableServiceIds };
    vectors.push(canonical(`SERVICE_IDS with ${what}`, ['V2', 'V3'], fields));
  }
  return vectors;
}

function idsAtTheirExtremes() {
  const data = { type: Type.DATA, serviceId: 'SSH', payload: payload(5) };
  const streamIds = [127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 2 ** 31 - 1, -1, -(2 ** 31)];
  const connectionIds = [127, 128, 268_435_455, 268_435_456, 2 ** 31, 2 ** 32 - 1];
  return [
    ...streamIds.map((streamId) => canonical(`stream id ${streamId}`, ['V2'], { ...data, streamId })),
    ...connectionIds.map((connectionId) =>
      canonical(`connection id ${connectionId}`, ['V3'], { ...data, streamId: 1, connectionId }),
    ),
  ];
}

/** The control plane allows no such ids; a codec has to carry them all the same. */
function textsAtTheirExtremes() {
  const texts = {
    'two bytes a character': 'é',
    'three bytes a character': '漢字',
    'four bytes a character': '😀',
    'the last code point': '\u{10ffff}',
    'a combining mark, not normalised': 'e\u0301',
    'a zero character': 'a\0b',
    'a byte order mark, which is kept': '\ufeffSSH',
    '127 bytes': 'a'.repeat(127),
    '128 bytes': 'a'.repeat(128),
  };
  return Object.entries(texts).flatMap(([what, text]) => [
    canonical(`service id: ${what}`, ['V2'], { type: Type.STREAM_START, streamId: 1, serviceId: text }),
    canonical(`available service ids: ${what}`, ['V2', 'V3'], {
      type: Type.SERVICE_IDS,
      availableServiceIds: ['SSH', text],
    }),
  ]);
}

function ignorable() {
  const types = [8, 127, 128, 2 ** 31 - 1];
  return [
    canonical('DATA marked ignorable', ['V1'], { type: Type.DATA, ...ADDRESS.V1, ignorable: true }),
    ...types.map((type) =>
      canonical(`type ${type}, unknown, marked ignorable (M10)`, FORMATS, { type, ignorable: true }),
    ),
  ];
}

function everythingAtOnce() {
  const fields = {
    type: Type.DATA,
    streamId: -(2 ** 31),
    ignorable: true,
    payload: payload(64_512),
    serviceId: 'a'.repeat(128),
    availableServiceIds: ['SSH', 'HTTP'],
    connectionId: 2 ** 32 - 1,
  };
  return [canonical('every field at its largest', ['V3'], fields)];
}

function unusualEncodings() {
  const start = encode({ type: Type.STREAM_START, ...ADDRESS.V3 });
  return [
    unusual('fields in reverse order', bytes('3802', lengthDelimited(5, 'SSH'), '2201ff', '1003', '0801')),
    unusual('a repeated type: the last wins', bytes('0801 0802', '1001')),
    unusual('a repeated stream id: the last wins', bytes('0801', '1005 1006')),
    unusual('a repeated payload: the last wins, nothing is joined', bytes('0801 1001', '220161', '22026263')),
    unusual('a repeated payload: the last wins though empty', bytes('0801 1001', '220161', '2200')),
    unusual(
      'a repeated service id: the last wins',
      bytes('0801 1001', lengthDelimited(5, 'HTTP'), lengthDelimited(5, 'SSH')),
    ),
    unusual('a repeated connection id: the last wins', bytes('0801 1001', '3801 3802')),
    unusual(
      'available service ids among other fields',
      bytes(lengthDelimited(6, 'SSH'), '0805', lengthDelimited(6, 'HTTP'), lengthDelimited(6, 'SSH')),
    ),
    unusual('an empty available service id counts', bytes('0805', '3200', lengthDelimited(6, 'SSH'))),
    unusual('zero values written out (M12)', bytes('0801 1001 1800 2200 2a00 3800')),
    unusual('varints longer than needed', bytes('088180808000', '10818000', '38828000')),
    unusual('a tag longer than needed', bytes('888000 01', '1001')),
    unusual('a length longer than needed', bytes('0801 1001', '22858000', payload(5))),
    unusual('a tag of five bytes, the most that it may have (D33)', bytes(longer(0x08, 5), '01', '1001')),
    unusual(
      'a length of five bytes, the most that it may have (D33)',
      bytes('0801 1001 22', longer(5, 5), payload(5)),
    ),
    unusual(
      'varints of ten bytes, the most that they may have (D34)',
      bytes('08', longer(1, 10), '10', longer(1, 10), '38', longer(2, 10)),
    ),
    unusual('true as 2', bytes('0801 1001 1802')),
    unusual('true as 2^32', bytes('0801 1001', '188080808010')),
    unusual('a stream id of 64 bits is cut to 32', bytes('0801', '108580808010')),
    unusual('a stream id of -1 in five bytes', bytes('0801', '10ffffffff0f')),
    unusual('a connection id of 64 bits is cut to 32', bytes('0801 1001', '38ffffffffffffffffff01')),
    unusual('an unknown varint field', bytes(start, '4001'), 'M6'),
    unusual('an unknown field of 8 bytes', bytes(start, '41 0102030405060708'), 'M6'),
    unusual('an unknown field of 4 bytes', bytes(start, '45 01020304'), 'M6'),
    unusual('an unknown field of bytes', bytes(start, lengthDelimited(9, 'later')), 'M6'),
    unusual('an unknown group', bytes(start, '43 0801 4b 4c 44'), 'M6'),
    unusual('groups nested 100 deep (D35)', bytes('0801 1001', '43'.repeat(100), '44'.repeat(100)), 'M6'),
    unusual('an unknown field before the known ones', bytes('4001', start), 'M6'),
    unusual('the highest field number', bytes(start, varint((2 ** 29 - 1) * 8), '01'), 'M6'),
    unusual('a known number with another wire type is unknown', bytes(start, lengthDelimited(1, 'x')), 'M6'),
  ];
}

export const valid = [
  ...ofEachType(),
  ...idsAtTheirExtremes(),
  ...textsAtTheirExtremes(),
  ...ignorable(),
  ...everythingAtOnce(),
  ...unusualEncodings(),
];
