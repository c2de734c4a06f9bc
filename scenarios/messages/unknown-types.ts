import { scenario } from 'tunnel-testbed/scenarios';

/** Types that the schema does not have, and UNKNOWN. */
const UNKNOWN = [
  { name: 'ignorable', type: 42, ignorable: true, rule: 'M10', words: 'An unknown type with ignorable' },
  {
    name: 'not-ignorable',
    type: 42,
    ignorable: false,
    rule: 'M10',
    words: 'An unknown type without ignorable',
  },
  { name: 'negative', type: -1, ignorable: true, rule: 'M10', words: 'A negative type' },
  { name: 'zero', type: 0, ignorable: true, rule: 'M1', words: 'Type UNKNOWN' },
] as const;

export default UNKNOWN.map(({ name, type, ignorable, rule, words }) =>
  scenario({
    id: `messages/unknown-type-${name}`,
    title: `${words} is ignored, or is an error`,
    rules: rule === 'M1' ? ['M1', 'M10'] : ['M10'],
    role: 'client',
    why: 'Later versions of the protocol add types. Both readings pass, but a client must not crash or go deaf.',
    expects:
      'The client ignores the message, or ends the stream or its WebSocket. Then it serves the next application. It does not crash or go deaf.',
    run: async (trial) => {
      const stream = await trial.opens();
      await stream.echoes('M10');
      stream.inject({ type, payload: trial.bytes(40), ignorable });
      await trial.survives({ rule, stream, trigger: 'message-of-an-unknown-type' });
    },
  }),
);
