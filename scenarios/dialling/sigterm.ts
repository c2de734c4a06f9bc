import { Crash, scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/sigterm',
  title: 'It ends on SIGTERM while a dial is not answered',
  rules: ['S17'],
  role: 'destination',
  versions: 'any',
  needs: { process: true },
  why: 'A supervisor that waits and then kills takes every other stream along.',
  expects: 'It ends on SIGTERM, by its own exit or by the signal, before a supervisor would kill it.',
  run: async (trial) => {
    await whileDialling(trial);
    const exit = await trial.client.stops();
    if (exit.killed === true) throw new Crash('ignores-sigterm');
  },
});
