import { BINARY, binary, fragmented, frame, PING, PONG, ping, pong, tunnelBytes } from '../bytes.js';
import { carries, type FrameCase, fails, open, pongs, row } from '../case.js';

const long = Buffer.alloc(125, 0xfe);
const ten = Array.from({ length: 10 }, (_, i) => `payload ${i}`);
const hello = tunnelBytes(29);

export const pings: readonly FrameCase[] = [
  row('2.1', 'a ping without payload', '5.5.2', [ping()], pongs('')),
  row('2.2', 'a ping with text', '5.5.2', [ping('Hello, world!')], pongs('Hello, world!')),
  row(
    '2.3',
    'a ping with bytes that are no text',
    '5.5.2',
    [ping(Buffer.from('00fffefdfcfb00ff', 'hex'))],
    pongs(Buffer.from('00fffefdfcfb00ff', 'hex')),
  ),
  row('2.4', 'a ping of 125 bytes', '5.5', [ping(long)], pongs(long)),
  row('2.5', 'a ping of 126 bytes', '5.5', [ping(Buffer.alloc(126))], fails(1002)),
  row('2.6', 'a ping of 65536 bytes', '5.5', [ping(Buffer.alloc(65_536))], fails(1002)),
  row('2.7', 'a pong nobody asked for', '5.5.3', [pong()], open()),
  row('2.8', 'a pong nobody asked for, with payload', '5.5.3', [pong('unsolicited')], open()),
  row(
    '2.9',
    'a pong nobody asked for, then a ping',
    '5.5.3',
    [pong('unsolicited'), ping('ping')],
    pongs('ping'),
  ),
  row('2.10', 'ten pings', '5.5.2', ten.map(ping), pongs(...ten)),
  row('2.11', 'ten pings in one piece', '5.5.2', [Buffer.concat(ten.map(ping))], pongs(...ten)),
  row('2.12', 'a pong of 125 bytes', '5.5', [pong(long)], open()),
  row('2.13', 'a pong of 126 bytes', '5.5', [pong(Buffer.alloc(126))], fails(1002)),
  row('2.14', 'a fragmented pong', '5.5', [frame(PONG, 'x', { fin: false })], fails(1002)),
  row(
    '2.15',
    'a ping with the mask of the frame before',
    '5.3',
    [frame(PING, 'a', { mask: long.subarray(0, 4) }), frame(PING, 'b', { mask: long.subarray(0, 4) })],
    pongs('a', 'b'),
  ),
  row(
    '2.16',
    'a ping behind data',
    '5.5.2',
    [binary(hello), ping('behind')],
    carries(hello, { pongs: ['behind'] }),
  ),
  row(
    '2.17',
    'a ping between the fragments of a message',
    '5.4',
    [...between(ping('between'))],
    carries(hello, { pongs: ['between'] }),
  ),
  row(
    '2.18',
    'a pong between the fragments of a message',
    '5.4',
    [...between(pong('between'))],
    carries(hello),
  ),
  row(
    '2.19',
    'three pings between each of the fragments',
    '5.4',
    [...fragmented([hello.subarray(0, 7), hello.subarray(7, 9), hello.subarray(9)])].flatMap((part, i) => [
      part,
      ...(i < 2 ? ['a', 'b', 'c'].map((name) => ping(`${name}${i}`)) : []),
    ]),
    carries(hello, { pongs: ['a0', 'b0', 'c0', 'a1', 'b1', 'c1'] }),
  ),
  row('2.20', 'an empty message behind a ping', '5.6', [ping('first'), frame(BINARY)], pongs('first')),
];

function between(control: Buffer): Buffer[] {
  const [first, second] = fragmented([hello.subarray(0, 5), hello.subarray(5)]) as [Buffer, Buffer];
  return [first, control, second];
}
