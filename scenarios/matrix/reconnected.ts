import { scenario } from 'tunnel-testbed/scenarios';
import { cellsOf } from './support/cells.js';
import { putOnStream, runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/reconnected',
  title: 'After a reconnect, messages that must have no effect still do not harm a stream',
  rules: ['W4', 'S7', 'S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 240_000,
  why: 'This is the matrix on the second WebSocket of a client.',
  expects: 'The stream on the second WebSocket continues, as on the first.',
  run: async (trial) => {
    const { version, long } = trial;
    await runCells(trial, cellsOf({ version, live: true, full: long }), async (fresh) => {
      const first = await fresh.opens();
      await first.echoes(fresh.carries);
      await first.socket.drops();
      await first.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
      await fresh.survives({ rule: 'S13', mayEnd: false, trigger: 'websocket-lost' });
      const stream = await fresh.opens();
      return (batch) => putOnStream(stream, batch);
    });
  },
});
