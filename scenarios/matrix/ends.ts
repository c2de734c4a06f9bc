import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';
import { STATES } from './support/states.js';

export default STATES.map(({ state, when, needs, prepare }) =>
  scenario({
    id: `matrix/ends${state}`,
    title: `Each message that ends a stream works${when}, however it arrives`,
    ...(needs !== undefined && { needs }),
    rules: ['W4', 'S8', 'S10', 'S12'],
    role: 'client',
    extraMs: 120_000,
    why: 'If a client misses the end, an application hangs.',
    expects: 'The client closes the local connection after the message, however the message arrives.',
    run: async (trial) => {
      await prepare(trial);
      const ends: number[] = [MessageType.STREAM_RESET, MessageType.SESSION_RESET];
      if (trial.version === 'V3') ends.push(MessageType.CONNECTION_RESET);
      const rules = {
        [MessageType.STREAM_RESET]: 'S8',
        [MessageType.SESSION_RESET]: 'S12',
        [MessageType.CONNECTION_RESET]: 'S10',
      } as const;
      for (const type of ends) {
        const rule = rules[type as keyof typeof rules];
        for (const arrival of ARRIVALS) {
          const stream = await trial.opens();
          await stream.echoes(trial.carries);
          await stream.ends({ rule: arrival === 'alone' ? rule : 'W4', by: type, arrival });
        }
      }
    },
  }),
);
