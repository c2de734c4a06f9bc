import { BINARY, CLOSE, frame, hex, PING, PONG, ping, TEXT, text } from '../bytes.js';
import { closes, type FrameCase, fails, row } from '../case.js';

/** RSV1 is 4, RSV2 is 2, RSV3 is 1; no extension gives them a meaning. */
const bits = (opcode: number, reserved: number, payload: Uint8Array | string = ''): Buffer =>
  frame(opcode, payload, { reserved });

export const reservedBits: readonly FrameCase[] = [
  row('3.1', 'RSV3 on a binary message', '5.2', [bits(BINARY, 1)], fails(1002)),
  row('3.2', 'RSV2 on a binary message, behind a ping', '5.2', [ping('a'), bits(BINARY, 2)], {
    ...fails(1002),
    pongs: ['a'],
  }),
  row(
    '3.3',
    'RSV2 and RSV3 on a binary message, before a ping',
    '5.2',
    [bits(BINARY, 3), ping('a')],
    fails(1002),
  ),
  row('3.4', 'RSV1 on a binary message', '5.2', [bits(BINARY, 4, 'compressed?')], fails(1002)),
  row(
    '3.5',
    'RSV1 and RSV3 on a message in one piece with a ping',
    '5.2',
    [Buffer.concat([bits(BINARY, 5), ping('a')])],
    fails(1002),
  ),
  row('3.6', 'RSV1 and RSV2 on a ping', '5.2', [bits(PING, 6, 'x')], fails(1002)),
  row('3.7', 'all of them on a close frame', '5.2', [bits(CLOSE, 7, hex('03e8'))], fails(1002)),
  row('3.8', 'RSV1 on a pong', '5.2', [bits(PONG, 4)], fails(1002)),
  row(
    '3.9',
    'RSV1 on a continuation frame',
    '5.2',
    [frame(BINARY, '', { fin: false }), bits(0, 4)],
    fails(1002),
  ),
  // Two faults: either may be named.
  row('3.10', 'RSV1 on text', '5.2; W1', [bits(TEXT, 4, 'x')], closes(1002, 1003)),
  row('3.11', 'RSV1 on text, behind text', 'W1', [text('first'), bits(TEXT, 4, 'x')], closes(1003)),
];

const reserved = (opcode: number): FrameCase[] => {
  const kind = opcode < 8 ? 'data' : 'control';
  const id = `4.${opcode < 8 ? 1 : 2}.${(opcode & 7) - 2}`;
  return [
    row(id, `reserved ${kind} opcode ${opcode}`, '5.2', [frame(opcode)], fails(1002)),
    row(
      `${id}a`,
      `reserved ${kind} opcode ${opcode} with payload, before a ping`,
      '5.2',
      [frame(opcode, 'x'), ping('a')],
      fails(1002),
    ),
  ];
};

export const opcodes: readonly FrameCase[] = [
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap(reserved),
  row(
    '4.3.1',
    'a reserved data opcode within a fragmented message',
    '5.2, 5.4',
    [frame(BINARY, '', { fin: false }), frame(5)],
    fails(1002),
  ),
  row(
    '4.3.2',
    'a reserved control opcode within a fragmented message',
    '5.2',
    [frame(BINARY, '', { fin: false }), frame(12)],
    fails(1002),
  ),
  row('4.3.3', 'a reserved opcode without FIN', '5.2', [frame(6, 'x', { fin: false })], fails(1002)),
];
