import { setImmediate as turn } from 'node:timers/promises';
import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

const ROUNDS = 40;
/** The last round waits this long, in milliseconds. The first does not wait. */
const LONGEST_WAIT_MS = 2;

export default scenario({
  id: 'streams/data-soon-after-start',
  title: 'DATA that arrives within 2 ms after STREAM_START is delivered, whenever it arrives',
  rules: ['S4'],
  role: 'destination',
  extraMs: 60_000,
  why: 'If a client has a race at the moment when the dial succeeds, it loses bytes that arrive just then.',
  expects: 'The client delivers the bytes, whether or not its target has accepted before they arrive.',
  run: async (trial) => {
    const socket = await trial.connected();
    for (let round = 0; round < ROUNDS; round++) {
      const ids = trial.newIds();
      const bytes = trial.bytes(5);
      const accepted = trial.app.accepted(trial.serviceId);
      socket.inject({ ...ids, type: MessageType.STREAM_START });
      await passes((round * LONGEST_WAIT_MS) / (ROUNDS - 1));
      socket.inject({ ...ids, type: MessageType.DATA, payload: bytes });
      const within = trial.patienceMs + trial.declares.dialMs;
      const app = await trial.awaits(accepted, { rule: 'S4', symptom: 'did-not-dial', within });
      const got = await trial.awaits(app.arrives(bytes.length), {
        rule: 'S4',
        symptom: 'lost-data-behind-start',
        within,
      });
      trial.check(got.equals(bytes), { rule: 'S4', symptom: 'changed-data-behind-start' });
      socket.inject({ ...ids, connectionId: 0, type: MessageType.STREAM_RESET });
      await trial.awaits(app.ended, { rule: 'S8', symptom: 'left-connection-open' });
      app.closes();
    }
  },
});

/** Waits for a time that is too short for a timer, in milliseconds. */
async function passes(ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) await turn();
}
