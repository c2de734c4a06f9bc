import { type ServerFrame, scenario } from 'tunnel-testbed/scenarios';

const NONE = Buffer.alloc(0);

/** Frames that a valid WebSocket stream never contains (RFC 6455): name, frames, description. */
const INVALID: readonly [name: string, frames: readonly ServerFrame[], what: string][] = [
  ['bad-utf8', [{ opcode: 1, payload: Buffer.from('ff', 'hex') }], 'text that is no UTF-8'],
  ['fragmented-ping', [{ opcode: 9, payload: NONE, fin: false }], 'a fragmented control frame'],
  [
    'interrupted-message',
    [
      { opcode: 2, payload: NONE, fin: false },
      { opcode: 2, payload: NONE },
    ],
    'a new message within a fragmented one',
  ],
  ['long-ping', [{ opcode: 9, payload: Buffer.alloc(126) }], 'a control frame of 126 bytes'],
  [
    'masked',
    [{ opcode: 2, payload: Buffer.from('0004'), mask: Buffer.from([1, 2, 3, 4]) }],
    'a frame masked by the server',
  ],
  ['reserved-bits', [{ opcode: 2, payload: NONE, reserved: 4 }], 'reserved bits without an extension'],
  ['stray-continuation', [{ opcode: 0, payload: NONE }], 'a continuation of nothing'],
  ['unknown-opcode', [{ opcode: 3, payload: NONE }], 'an opcode that does not exist'],
  ['unknown-control', [{ opcode: 11, payload: NONE }], 'a control opcode that does not exist'],
];

export default INVALID.map(([name, frames, what]) =>
  scenario({
    id: `websocket/invalid-${name}`,
    title: `An invalid WebSocket stream fails the connection: ${what}`,
    rules: ['W6', 'S17'],
    role: 'client',
    versions: 'any',
    why: 'Nothing after an invalid frame can be trusted. It must not reach the application.',
    expects:
      'The client fails the connection (RFC 6455, 7.1.7). It is a warning if it continues or goes deaf. A crash is a failure.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('W6');
      stream.socket.injectFrames(frames, what);
      const outcome = await stream.fence('W6');
      const isDeaf = outcome === 'deaf';
      trial.check(!isDeaf, { rule: 'W6', symptom: 'neither-goes-on-nor-ends', trigger: 'invalid-frame' });
      trial.check(outcome !== 'alive', {
        rule: 'W6',
        symptom: 'goes-on',
        trigger: { code: name, text: what },
        force: 'SHOULD',
      });
      stream.app.closes();
      await trial.survives({ rule: 'S17', trigger: 'invalid-frame' });
    },
  }),
);
