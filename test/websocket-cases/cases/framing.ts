import {
  announcing,
  BINARY,
  binary,
  frame,
  hex,
  NO_MASK,
  PING,
  text,
  tunnelBytes,
  withLengthIn,
} from '../bytes.js';
import { carries, closes, type FrameCase, fails, open, pongs, row } from '../case.js';

/** 16 bits of length begin at 126, 64 at 65536 (5.2). */
const SIZES = [0, 29, 125, 126, 127, 128, 65_535, 65_536];

/** Text is closed whatever it holds (W1): that a text message is well-formed changes nothing. */
const ofText = SIZES.map((size, i): FrameCase => {
  const title = `a text message of ${size} bytes`;
  return row(`1.1.${i + 1}`, title, 'W1; 7.4.1', [text('*'.repeat(size))], closes(1003));
});

const ofBinary = SIZES.map((size, i): FrameCase => {
  const bytes = size === 0 ? Buffer.alloc(0) : tunnelBytes(size);
  return row(
    `1.2.${i + 1}`,
    `a binary message of ${size} bytes`,
    '5.2, 5.6',
    [binary(bytes)],
    carries(bytes),
  );
});

const hello = tunnelBytes(29);

export const framing: readonly FrameCase[] = [
  ...ofText,
  ...ofBinary,
  row('1.3.1', 'a mask of zeros', '5.3', [frame(BINARY, hello, { mask: NO_MASK })], carries(hello)),
  row('1.3.2', 'a mask of ones', '5.3', [frame(BINARY, hello, { mask: hex('ffffffff') })], carries(hello)),
  row('1.3.3', 'a binary frame without mask', '5.1', [frame(BINARY, hello, { masked: false })], fails(1002)),
  row('1.3.4', 'an empty frame without mask', '5.1', [frame(BINARY, '', { masked: false })], fails(1002)),
  row('1.3.5', 'a ping without mask', '5.1', [frame(PING, 'x', { masked: false })], fails(1002)),
  row('1.3.6', 'a close frame without mask', '5.1', [frame(8, hex('03e8'), { masked: false })], fails(1002)),
  row(
    '1.3.7',
    'a masked ping, then one without',
    '5.1',
    [frame(PING, 'a'), frame(PING, 'b', { masked: false })],
    {
      ...fails(1002),
      pongs: ['a'],
    },
  ),
  row(
    '1.4.1',
    '5 bytes with a length in 16 bits',
    '5.2 binds the sender only',
    [withLengthIn(2, PING, hex('0102030405'))],
    {
      outcome: 'either',
    },
  ),
  row(
    '1.4.2',
    '29 bytes with a length in 64 bits',
    '5.2 binds the sender only',
    [withLengthIn(8, BINARY, hello)],
    {
      outcome: 'either',
    },
  ),
  row(
    '1.4.3',
    '200 bytes with a length in 64 bits',
    '5.2 binds the sender only',
    [withLengthIn(8, BINARY, tunnelBytes(200))],
    {
      outcome: 'either',
    },
  ),
  row(
    '1.4.4',
    'no bytes with a length in 16 bits',
    '5.2 binds the sender only',
    [withLengthIn(2, BINARY, hex(''))],
    {
      outcome: 'either',
    },
  ),
  row('1.4.5', 'a length whose highest bit is set', '5.2', [announcing(1n << 63n)], closes(1002, 1009)),
  row('1.4.6', 'a length of 2^64 - 1', '5.2', [announcing((1n << 64n) - 1n)], closes(1002, 1009)),
  row('1.4.7', 'a length of 2^53', 'W2; 10.4', [announcing(1n << 53n)], closes(1009)),
  row(
    '1.5.1',
    'many frames in one piece',
    '5.2',
    [Buffer.concat([frame(PING, 'a'), binary(hello), frame(PING, 'b')])],
    {
      ...pongs('a', 'b'),
      carries: hello,
    },
  ),
  row(
    '1.5.2',
    'a thousand empty messages',
    '5.6',
    Array.from({ length: 1000 }, () => binary()),
    open(),
  ),
  {
    ...row('1.6.1', 'half a header, then the end of TCP', '7.1.5', [hex('82')], { outcome: 'gone' }),
    thenClient: 'ends',
  },
  {
    ...row('1.6.2', 'half a mask, then the end of TCP', '7.1.5', [hex('8285 0102')], { outcome: 'gone' }),
    thenClient: 'ends',
  },
  {
    ...row('1.6.3', 'half a payload, then the end of TCP', '7.1.5', [binary(hello).subarray(0, 20)], {
      outcome: 'gone',
    }),
    thenClient: 'ends',
  },
  {
    ...row('1.6.4', 'half a payload, then a reset', '7.1.5', [binary(hello).subarray(0, 20)], {
      outcome: 'gone',
    }),
    thenClient: 'resets',
  },
];
