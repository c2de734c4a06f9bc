import { scenario } from 'tunnel-testbed/scenarios';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/open',
  title: 'Whatever must leave an open stream unharmed does, however it arrives',
  rules: ['W4', 'S7', 'S10', 'M12'],
  role: 'client',
  extraMs: 240_000,
  why: 'The matrix: message, way of arriving, optional fields; every pair, or every combination under --long.',
  run: async (stage) => {
    await runCells(stage, true, async (fresh, cells) => {
      const stream = await fresh.opens();
      await putOnStream(fresh, stream, cells);
    });
  },
});
