import fc from 'fast-check';
import { anyText, hexBytes, ofHex } from './inputs.js';

const topic = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('$aws/things/lamp/tunnels/notify', 'a', '#', '+/+', 'a/#/b', '$SYS/#', ''),
  },
  { weight: 1, arbitrary: anyText },
);
const id = fc.constantFrom(1, 1, 2, 0, 65_535);
const qos = fc.constantFrom(0, 1, 2, 3);

/** The body of a packet by its type; other bytes now and then. */
const packet = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant(8),
      flags: fc.constant(2),
      body: fc.tuple(id, topic, qos).map(([n, t, q]) => [u16(n), text(t), u8(q)].join('')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant(10),
      flags: fc.constant(2),
      body: fc.tuple(id, topic).map(([n, t]) => u16(n) + text(t)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant(3),
      flags: fc.nat({ max: 15 }),
      body: fc.tuple(topic, id, hexBytes(60)).map(([t, n, bytes]) => text(t) + u16(n) + bytes),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constantFrom(4, 5, 6, 7, 9, 11),
      flags: fc.constantFrom(0, 2),
      body: id.map(u16),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom(12, 13, 14, 15, 0),
      flags: fc.constant(0),
      body: fc.constant(''),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.nat({ max: 15 }), flags: fc.nat({ max: 15 }), body: hexBytes(40) }),
  },
);

const connect = fc
  .record({
    name: fc.oneof(
      { weight: 9, arbitrary: fc.constant('MQTT') },
      { weight: 1, arbitrary: fc.constantFrom('MQIsdp', '', 'x') },
    ),
    level: fc.constantFrom(4, 4, 4, 5, 5, 3, 0, 255),
    flags: fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(2, 0) },
      { weight: 1, arbitrary: fc.nat({ max: 255 }) },
    ),
    client: fc.oneof(
      { weight: 6, arbitrary: fc.nat({ max: 50 }).map((n) => `fuzz-${n}`) },
      { weight: 1, arbitrary: anyText },
    ),
    rest: fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: hexBytes(40) }),
  })
  .map(({ name, level, flags, client, rest }) => {
    const properties = level === 5 ? '00' : '';
    return {
      type: 1,
      flags: 0,
      body: `${text(name)}${u8(level)}${u8(flags)}${u16(60)}${properties}${text(client)}${rest}`,
    };
  });

/** Several packets, a CONNECT before them mostly; and how many bytes more or less their lengths say. */
export const anyPackets: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      { weight: 9, arbitrary: connect.map((one) => [one]) },
      { weight: 1, arbitrary: fc.constant([]) },
    ),
    fc.array(packet, { maxLength: 10 }),
    fc.oneof(
      { weight: 9, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -2, max: 300_000 }) },
    ),
  )
  .map(([first, others, excess]) =>
    [...first, ...others]
      .map(
        ({ type, flags, body }) => `${u8((type << 4) | flags)}${length(ofHex(body).length + excess)}${body}`,
      )
      .join(''),
  );

function u8(value: number): string {
  return Buffer.from([value]).toString('hex');
}

function u16(value: number): string {
  return Buffer.from([value >> 8, value]).toString('hex');
}

function text(value: string): string {
  const bytes = Buffer.from(value);
  return u16(bytes.length) + bytes.toString('hex');
}

/** The remaining length: seven bits a byte. */
function length(value: number): string {
  let rest = Math.max(0, value);
  let out = '';
  do {
    out += u8((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>>= 7;
  } while (rest > 0);
  return out;
}
