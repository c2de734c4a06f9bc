import {
  announcing,
  BINARY,
  binary,
  fragmented,
  frame,
  inPieces,
  PING,
  ping,
  tunnelBytes,
} from '../bytes.js';
import { carries, closes, type FrameCase, open, pongs, row } from '../case.js';

/** W2: no frame has more payload; a message of several may be of any length. */
const LARGEST_FRAME = 131_076;
const megabyte = tunnelBytes(1_000_000);
const thousand = Array.from({ length: 1000 }, (_, i) => `${i}`);

export const limits: readonly FrameCase[] = [
  row(
    '9.1.1',
    'a frame of 131076 bytes',
    'W2',
    [binary(tunnelBytes(LARGEST_FRAME))],
    carries(tunnelBytes(LARGEST_FRAME)),
  ),
  row(
    '9.1.2',
    'a frame of 131077 bytes',
    'W2; 7.4.1',
    [binary(Buffer.alloc(LARGEST_FRAME + 1))],
    closes(1009),
  ),
  row(
    '9.1.3',
    'the header alone of a frame of 131077 bytes',
    'W2; 10.4',
    [announcing(BigInt(LARGEST_FRAME + 1))],
    closes(1009),
  ),
  row(
    '9.1.4',
    'the header alone of a frame of a gigabyte',
    'W2; 10.4',
    [announcing(1n << 30n)],
    closes(1009),
  ),
  row(
    '9.1.5',
    'a continuation frame of 131077 bytes',
    'W2',
    [frame(BINARY, '', { fin: false }), frame(0, Buffer.alloc(LARGEST_FRAME + 1))],
    closes(1009),
  ),
  row(
    '9.1.6',
    'a continuation frame of 131076 bytes',
    'W2',
    fragmented(['', tunnelBytes(LARGEST_FRAME)]),
    carries(tunnelBytes(LARGEST_FRAME)),
  ),
  row(
    '9.2.1',
    'a megabyte in one message of frames of 128 KiB',
    'W2; 5.4',
    fragmented(inPieces(megabyte, 131_072)),
    carries(megabyte),
  ),
  row(
    '9.2.2',
    'a megabyte in one message of frames of 4 KiB',
    '5.4',
    fragmented(inPieces(megabyte, 4096)),
    carries(megabyte),
  ),
  row(
    '9.2.3',
    'a megabyte in messages of 64 KiB',
    '5.6',
    inPieces(megabyte, 65_536).map((piece) => binary(piece)),
    carries(megabyte),
  ),
  row(
    '9.2.4',
    'a megabyte in messages of 1000 bytes',
    '5.6',
    inPieces(megabyte, 1000).map((piece) => binary(piece)),
    carries(megabyte),
  ),
  row(
    '9.2.5',
    'ten thousand bytes in a frame each',
    '5.4',
    fragmented(inPieces(tunnelBytes(10_000), 1)),
    carries(tunnelBytes(10_000)),
  ),
  row(
    '9.2.6',
    'ten thousand bytes in a message each',
    '5.6',
    inPieces(tunnelBytes(10_000), 1).map((piece) => binary(piece)),
    carries(tunnelBytes(10_000)),
  ),
  row(
    '9.3.1',
    'a thousand pings',
    '5.5.2 lets the last answer for all',
    thousand.map(ping),
    pongs(...thousand),
  ),
  row(
    '9.3.2',
    'a thousand pings within one message',
    '5.4',
    [frame(BINARY, '', { fin: false }), ...thousand.map((payload) => frame(PING, payload)), frame(0)],
    pongs(...thousand),
  ),
  row('9.3.3', 'a thousand empty fragments', '5.4', fragmented(thousand.map(() => '')), open()),
];
