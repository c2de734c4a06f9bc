import { Crash, scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/sigterm',
  title: 'The client ends on SIGTERM while it is dialling',
  rules: ['S17'],
  role: 'destination',
  versions: 'any',
  needs: { process: true },
  why: 'A supervisor that waits and then kills the client ends every other stream too.',
  expects: 'The client ends on SIGTERM before a supervisor would kill it, by its own exit or by the signal.',
  run: async (trial) => {
    await whileDialling(trial);
    const exit = await trial.client.stops();
    if (exit.killed === true) throw new Crash('ignores-sigterm');
  },
});
