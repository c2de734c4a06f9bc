import { arrange, scenario } from 'tunnel-testbed/scenarios';
import { cellsOf } from './support/cells.js';
import { runCells } from './support/run-cells.js';

const UP_BYTES = 200_000;
const DOWN_BYTES = 100_000;

export default scenario({
  id: 'matrix/transfer',
  title: 'Messages that must have no effect do not harm a running transfer, however they arrive',
  rules: ['W4', 'S7', 'S10'],
  role: 'client',
  extraMs: 240_000,
  why: 'This is the matrix while bytes flow in both directions.',
  expects: 'The transfers in both directions arrive completely, as if the other messages had not arrived.',
  run: async (trial) => {
    const { version, long } = trial;
    await runCells(trial, cellsOf({ version, live: true, full: long }), async (fresh) => {
      const stream = await fresh.opens();
      const up = fresh.bytes(UP_BYTES);
      const down = fresh.bytes(DOWN_BYTES);
      return async (batch) => {
        stream.app.writes(up);
        const upload = stream.serviceReceives(up, 'W4');
        upload.catch(() => {});
        stream.injectData(down, { step: 5000 });
        const expected = [down];
        for (const cell of batch) {
          stream.socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(stream) }), cell.name);
          expected.push(cell.delivers);
        }
        await stream.appReceives(Buffer.concat(expected), 'W4');
        await upload;
        await stream.echoes('W4');
      };
    });
  },
});
