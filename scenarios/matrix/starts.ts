import { MessageType } from 'tunnel-testbed/protocol';
import { ARRIVALS, scenario } from 'tunnel-testbed/scenarios';
import { STATES } from './support/states.js';

export default STATES.map(({ state, when, needs, prepare }) =>
  scenario({
    id: `matrix/starts${state}`,
    title: `STREAM_START works${when}, however it arrives`,
    ...(needs !== undefined && { needs }),
    rules: ['W4', 'S4'],
    role: 'destination',
    extraMs: 60_000,
    why: 'STREAM_START can be cut or merged like any other message.',
    expects: 'The client dials its target and carries bytes, however STREAM_START arrives.',
    run: async (trial) => {
      await trial.connected();
      await prepare(trial);
      for (const arrival of ARRIVALS) {
        const stream = await trial.opens({ arrival });
        await stream.echoes('W4');
        await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
      }
    },
  }),
);
