import { scenario } from 'tunnel-testbed/scenarios';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/open',
  title: 'Whatever must leave an open stream unharmed does, however it arrives',
  rules: ['W4', 'S7', 'S10', 'M12'],
  role: 'client',
  extraMs: 240_000,
  why: 'The matrix: message, way of arriving, optional fields; every pair, or every combination under --long.',
  expects:
    'The stream goes on as if the message had not come; of DATA that is for it, it delivers every byte.',
  run: async (trial) => {
    await runCells(trial, true, async (fresh, cells) => {
      const stream = await fresh.opens();
      await putOnStream(stream, cells);
    });
  },
});
