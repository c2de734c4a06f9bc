import { scenario } from 'tunnel-testbed/scenarios';
import { cellsOf } from './support/cells.js';
import { putWhenIdle, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/idle',
  title: 'An idle client ignores messages that must have no effect, however they arrive',
  rules: ['S7', 'S12', 'W4'],
  role: 'client',
  extraMs: 240_000,
  why: 'This is the matrix while there is no stream.',
  expects: 'The client does nothing, and the next application is served on the same WebSocket.',
  run: async (trial) => {
    const { version, long } = trial;
    await runCells(trial, cellsOf({ version, live: false, full: long }), async (fresh) => {
      await fresh.connected();
      return (batch) => putWhenIdle(fresh, batch);
    });
  },
});
