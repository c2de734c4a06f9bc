import { scenario } from 'tunnel-testbed/scenarios';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/reconnected',
  title: 'Whatever must leave a stream unharmed does after a reconnect too',
  rules: ['W4', 'S7', 'S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 240_000,
  why: 'The matrix, on the second WebSocket of a client.',
  run: async (stage) => {
    await runCells(stage, true, async (fresh, cells) => {
      const first = await fresh.opens();
      await first.echoes(fresh.carries);
      first.link.drop();
      await first.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
      first.app.closes();
      await fresh.lives('S13', false);
      const stream = await fresh.opens();
      await putOnStream(fresh, stream, cells);
    });
  },
});
