import { arrange, scenario } from 'tunnel-testbed/scenarios';
import { runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/transfer',
  title: 'Messages that must have no effect do not harm a running transfer, however they arrive',
  rules: ['W4', 'S7', 'S10'],
  role: 'client',
  extraMs: 240_000,
  why: 'This is the matrix while bytes flow in both directions.',
  expects: 'The transfers in both directions arrive completely, as if the other messages had not arrived.',
  run: async (trial) => {
    await runCells(trial, true, async (fresh, cells) => {
      const stream = await fresh.opens();
      const up = fresh.bytes(1_000_000);
      const down = fresh.bytes(100_000);
      stream.app.writes(up);
      const upload = stream.serviceReceives(up, 'W4');
      upload.catch(() => {});
      for (let at = 0; at < cells.length; at += 12) {
        stream.injectData(down, { step: 5000 });
        const expected = [down];
        for (const cell of cells.slice(at, at + 12)) {
          stream.socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(stream) }), cell.name);
          expected.push(cell.delivers);
        }
        await stream.appReceives(Buffer.concat(expected), 'W4');
      }
      await upload;
      await stream.echoes('W4');
    });
  },
});
