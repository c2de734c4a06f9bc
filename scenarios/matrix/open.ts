import { scenario } from 'tunnel-testbed/scenarios';
import { cellsOf } from './support/cells.js';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/open',
  title: 'Messages that must have no effect do not harm an open stream, however they arrive',
  rules: ['W4', 'S7', 'S10', 'M12'],
  role: 'client',
  extraMs: 240_000,
  why: 'This is the matrix of messages, ways of arriving and optional fields. It covers every pair, or every combination under --long.',
  expects:
    'The stream continues as if the message had not arrived. If the message is DATA for the stream, every byte of it is delivered.',
  run: async (trial) => {
    const { version, long } = trial;
    await runCells(trial, cellsOf({ version, live: true, full: long }), async (fresh) => {
      const stream = await fresh.opens();
      return (batch) => putOnStream(stream, batch);
    });
  },
});
