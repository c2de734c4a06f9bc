import { binary, framed, scenario } from 'tunnel-testbed/scenarios';

/** Bodies that do not parse as a message: name, hexadecimal, description. */
const UNPARSABLE: readonly [name: string, hex: string, what: string][] = [
  ['truncated-varint', '08ff', 'a varint that never ends'],
  ['truncated-payload', '0801100122ff01', 'a payload shorter than announced'],
  ['field-zero', '0001', 'field number 0'],
  ['end-group', '0c', 'the end of a group that never began'],
  ['bad-wire-type', '0f01', 'a wire type that does not exist'],
  ['bad-utf8', '080110012a02fffe', 'a service id that is no UTF-8'],
  ['noise', 'f6e7d8c9baab9c8d7e6f', 'random bytes'],
];

export default UNPARSABLE.map(([name, hex, what]) =>
  scenario({
    id: `messages/unparsable-${name}`,
    title: `A message that does not parse: ${what}`,
    rules: ['M11'],
    role: 'client',
    why: 'Such bytes must end the stream or be dropped. They must not crash a client, leave it deaf, or reach the application.',
    expects:
      'The client drops the message, or ends the stream or its WebSocket. Then it serves the next application. It does not crash or go deaf, and no application receives bytes of the message. If the stream goes on, the report mentions it (D12).',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('M11');
      stream.socket.injectFrames([binary(framed(Buffer.from(hex, 'hex')))], what);
      const blame = { rule: 'M11', trigger: 'message-that-does-not-parse' } as const;
      await trial.survives({ ...blame, stream });
      const goesOn = stream.socket.open && !stream.app.isEnded;
      trial.check(!goesOn, { ...blame, symptom: 'goes-on', force: 'silent' });
    },
  }),
);
