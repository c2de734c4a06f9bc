import { scenario } from 'tunnel-testbed/scenarios';

const UNKNOWN_TYPE = 42;

/** The ids that such a message may lack. */
const LACKING = [
  ['service', 'service id', { serviceId: '' }],
  ['all', 'any id', { serviceId: '', streamId: 0, connectionId: 0 }],
] as const;

export default LACKING.map(([name, words, ids]) =>
  scenario({
    id: `messages/unknown-type-without-${name}`,
    title: `A message of an unknown type without ${words} is ignored, or an error`,
    rules: ['M10', 'M12'],
    role: 'client',
    why: 'What later versions add may concern the whole tunnel: a client that looks up its stream first falls over it.',
    expects:
      'It ignores the message, or ends the stream or its WebSocket; then it serves the next application. Neither crash nor deafness passes.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('M10');
      stream.inject({ ...ids, type: UNKNOWN_TYPE, payload: trial.bytes(40), ignorable: true });
      await trial.survives({ rule: 'M10', stream, trigger: 'message-of-an-unknown-type' });
    },
  }),
);
