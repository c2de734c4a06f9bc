import { scenario } from 'tunnel-testbed/scenarios';
import { putWhenIdle, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/idle',
  title: 'Whatever must leave an idle client unharmed does, however it arrives',
  rules: ['S7', 'S12', 'W4'],
  role: 'client',
  extraMs: 240_000,
  why: 'The matrix, while there is no stream.',
  expects: 'It does nothing, and the next application is served on the same WebSocket.',
  run: async (trial) => {
    await runCells(trial, false, async (fresh, cells) => {
      await fresh.connected();
      await putWhenIdle(fresh, cells);
    });
  },
});
