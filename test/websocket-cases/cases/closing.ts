import { binary, CLOSE, close, frame, hex, ping, pong, START, text, tunnelBytes } from '../bytes.js';
import { answersClose, type FrameCase, fails, row } from '../case.js';

const hello = tunnelBytes(29);
const NOTHING = Buffer.alloc(0);
/** Given out by RFC 6455, by IANA since (1012 to 1014), or free for frameworks and applications (7.4.2). */
const CODES = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999,
];
/** Not used, never sent (7.4.1), or given out to nobody. */
const NO_CODES = [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 9999, 65_535];

export const closing: readonly FrameCase[] = [
  row('7.1.1', 'a close frame', '5.5.1, 7.1.1', [close(1000)], answersClose(1000)),
  row('7.1.2', 'two close frames: one is answered', '5.5.1', [close(1000), close(1001)], answersClose(1000)),
  row('7.1.3', 'a ping behind a close frame', '5.5.2', [close(1000), ping('late')], answersClose(1000)),
  row('7.1.4', 'data behind a close frame', '1.4, 5.5.1', [close(1000), binary(START)], {
    ...answersClose(1000),
    carries: NOTHING,
  }),
  row(
    '7.1.5',
    'data in one piece with the close frame before it',
    '1.4',
    [Buffer.concat([close(1000), binary(START)])],
    { ...answersClose(1000), carries: NOTHING },
  ),
  row('7.1.6', 'a close frame behind data', '5.5.1', [binary(hello), close(1000)], {
    ...answersClose(1000),
    carries: hello,
  }),
  row('7.1.7', 'a close frame behind much data', '5.5.1', [binary(tunnelBytes(120_000)), close(1000)], {
    ...answersClose(1000),
    carries: tunnelBytes(120_000),
  }),
  row('7.1.8', 'a close frame behind pings', '5.5.1', [ping('a'), ping('b'), close(1000)], {
    ...answersClose(1000),
    pongs: ['a', 'b'],
  }),
  row(
    '7.1.9',
    'what is no frame, behind a close frame',
    '1.4',
    [close(1000), hex('ffffffff ffffffff')],
    answersClose(1000),
  ),
  row('7.1.10', 'text behind a close frame', '1.4', [close(1000), text('late')], answersClose(1000)),
  row(
    '7.1.11',
    'a ping behind what fails the connection',
    '7.1.7',
    [frame(5), ping('late'), close(1000)],
    fails(1002),
  ),
  row('7.1.12', 'data behind what fails the connection', '7.1.7', [frame(5), binary(START)], {
    ...fails(1002),
    carries: NOTHING,
  }),
  row('7.1.13', 'a pong, then a close frame', '5.5.1', [pong('x'), close(1000)], answersClose(1000)),
  row('7.3.1', 'a close frame without code', '5.5.1, 7.1.5', [frame(CLOSE)], {
    outcome: { ends: [1005, 1000] },
  }),
  row('7.3.2', 'a close frame with half a code', '5.5.1', [frame(CLOSE, hex('03'))], fails(1002)),
  row('7.3.3', 'a close frame with a code alone', '5.5.1', [close(1000)], answersClose(1000)),
  row(
    '7.3.4',
    'a close frame with a reason',
    '5.5.1',
    [close(1000, 'had enough')],
    answersClose(1000, 'had enough'),
  ),
  row(
    '7.3.5',
    'a reason of 123 bytes',
    '5.5',
    [close(1000, '*'.repeat(123))],
    answersClose(1000, '*'.repeat(123)),
  ),
  row('7.3.6', 'a reason of 124 bytes', '5.5', [close(1000, '*'.repeat(124))], fails(1002)),
  row('7.5.1', 'a reason that is no UTF-8', '8.1', [close(1000, hex('cebaff'))], fails(1007)),
  ...CODES.map((code, i) =>
    row(`7.7.${i + 1}`, `close code ${code}`, '7.4', [close(code)], answersClose(code)),
  ),
  ...NO_CODES.map((code, i) => row(`7.9.${i + 1}`, `close code ${code}`, '7.4', [close(code)], fails(1002))),
  {
    ...row('7.11.1', 'the end of TCP without a close frame', '7.1.5', [], { outcome: 'gone' }),
    thenClient: 'ends',
  },
  {
    ...row('7.11.2', 'data, then the end of TCP', '7.1.5', [binary(hello)], {
      outcome: 'gone',
      carries: hello,
    }),
    thenClient: 'ends',
  },
  { ...row('7.11.3', 'a reset', '7.1.5', [], { outcome: 'gone' }), thenClient: 'resets' },
  {
    ...row('7.11.4', 'a close frame, then the end of TCP', '5.5.1', [close(1000)], answersClose(1000)),
    thenClient: 'ends',
  },
];
