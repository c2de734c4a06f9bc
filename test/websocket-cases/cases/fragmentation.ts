import {
  BINARY,
  binary,
  CLOSE,
  close,
  fragmented,
  frame,
  inPieces,
  PING,
  PONG,
  ping,
  TEXT,
  tunnelBytes,
} from '../bytes.js';
import { answersClose, carries, closes, type FrameCase, fails, open, row } from '../case.js';

const hello = tunnelBytes(45);
const part = (payload: Uint8Array | string = '', fin = false): Buffer => frame(0, payload, { fin });
const first = (payload: Uint8Array | string = ''): Buffer => frame(BINARY, payload, { fin: false });

export const fragmentation: readonly FrameCase[] = [
  row('5.1', 'a ping in two frames', '5.4', [frame(PING, 'a', { fin: false }), part('b', true)], fails(1002)),
  row('5.2', 'a pong in two frames', '5.4', [frame(PONG, 'a', { fin: false }), part('b', true)], fails(1002)),
  row('5.3', 'a message in two frames', '5.4', fragmented(inPieces(hello, 30)), carries(hello)),
  row(
    '5.4',
    'a message in two frames, in one piece of TCP',
    '5.4',
    [Buffer.concat(fragmented(inPieces(hello, 30)))],
    carries(hello),
  ),
  row('5.5', 'a message in a frame for each byte', '5.4', fragmented(inPieces(hello, 1)), carries(hello)),
  row(
    '5.6',
    'a message with empty frames first, between and last',
    '5.4',
    fragmented(['', hello.subarray(0, 9), '', '', hello.subarray(9), '']),
    carries(hello),
  ),
  row('5.7', 'an empty message in three frames', '5.4', fragmented(['', '', '']), open()),
  row(
    '5.8',
    'a tunnel frame over two messages, each in two frames',
    '5.4; W4',
    [...fragmented(inPieces(hello.subarray(0, 20), 10)), ...fragmented(inPieces(hello.subarray(20), 20))],
    carries(hello),
  ),
  row('5.9', 'a continuation of nothing', '5.4', [part('x', true), ping('a')], fails(1002)),
  row('5.10', 'a continuation of nothing, to be continued', '5.4', [part('x')], fails(1002)),
  row(
    '5.11',
    'a continuation of nothing, in one piece with a message',
    '5.4',
    [Buffer.concat([part('x', true), binary(hello)])],
    fails(1002),
  ),
  row('5.12', 'a continuation behind a whole message', '5.4', [binary(hello), part('', true)], {
    ...fails(1002),
    carries: hello,
  }),
  row(
    '5.13',
    'a continuation behind a fragmented message',
    '5.4',
    [...fragmented(inPieces(hello, 30)), part('', true)],
    { ...fails(1002), carries: hello },
  ),
  row('5.14', 'a continuation behind an empty message', '5.4', [binary(), part('', true)], fails(1002)),
  row('5.15', 'a binary message within a fragmented one', '5.4', [first(), binary()], fails(1002)),
  row('5.16', 'a second message begun within a fragmented one', '5.4', [first(), first()], fails(1002)),
  row(
    '5.17',
    'a text message within a fragmented one',
    '5.4; W1',
    [first(), frame(TEXT, 'x')],
    closes(1002, 1003),
  ),
  row(
    '5.18',
    'text in two frames, closed at the first',
    'W1',
    [frame(TEXT, 'a', { fin: false })],
    closes(1003),
  ),
  row(
    '5.19',
    'an empty text message, to be continued',
    'W1',
    [frame(TEXT, '', { fin: false })],
    closes(1003),
  ),
  row(
    '5.20',
    'a close frame within a fragmented message',
    '5.4, 5.5.1',
    [first(), close(1000)],
    answersClose(1000),
  ),
  row(
    '5.21',
    'a close frame in two frames',
    '5.4',
    [frame(CLOSE, Buffer.from([3]), { fin: false }), part(Buffer.from([232]), true)],
    fails(1002),
  ),
  row('5.22', 'a fragmented message that never ends', '5.4', [first(hello)], carries(hello)),
  {
    ...row('5.23', 'a fragmented message, then the end of TCP', '5.4', [first()], { outcome: 'gone' }),
    thenClient: 'ends',
  },
  row(
    '5.24',
    'twenty messages, each in two frames',
    '5.4',
    Array.from({ length: 20 }, (_, i) =>
      fragmented(inPieces(tunnelBytes(13 + 16 * 20).subarray(...nth(i)), 9)),
    ).flat(),
    carries(tunnelBytes(13 + 16 * 20)),
  ),
];

/** The n-th of twenty slices; the first holds the start of the stream as well. */
function nth(i: number): [number, number] {
  return i === 0 ? [0, 29] : [13 + 16 * i, 29 + 16 * i];
}
