import { scenario } from 'tunnel-testbed/scenarios';

const UNKNOWN_TYPE = 42;

/** The ids that such a message may be without. */
const LACKING = [
  ['service', 'service id', { serviceId: '' }],
  ['all', 'any id', { serviceId: '', streamId: 0, connectionId: 0 }],
] as const;

export default LACKING.map(([name, words, ids]) =>
  scenario({
    id: `messages/unknown-type-without-${name}`,
    title: `A message of an unknown type without ${words} is ignored, or is an error`,
    rules: ['M10', 'M12'],
    role: 'client',
    why: 'Messages of later versions may concern the whole tunnel. A client that first looks up the stream of such a message may crash.',
    expects:
      'The client ignores the message, or ends the stream or its WebSocket. Then it serves the next application. It does not crash or go deaf.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('M10');
      stream.inject({ ...ids, type: UNKNOWN_TYPE, payload: trial.bytes(40), ignorable: true });
      await trial.survives({ rule: 'M10', stream, trigger: 'message-of-an-unknown-type' });
    },
  }),
);
