import { scenario } from 'tunnel-testbed/scenarios';
import { extremeCellsOf } from './support/cells.js';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/extreme-ids',
  title: 'Messages of other streams and connections do no harm at the ends of the range of ids',
  rules: ['S7', 'S10', 'M2'],
  role: 'client',
  extraMs: 60_000,
  why: 'Who keeps fewer bits of an id than the wire has takes one stream for another.',
  expects: 'The stream goes on as if the messages had not come, whatever their ids.',
  run: async (trial) => {
    await runCells(trial, extremeCellsOf(trial.version), async (fresh) => {
      const stream = await fresh.opens();
      return (batch) => putOnStream(stream, batch);
    });
  },
});
