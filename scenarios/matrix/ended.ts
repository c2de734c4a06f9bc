import { MessageType } from 'tunnel-testbed/protocol';
import { arrange, scenario } from 'tunnel-testbed/scenarios';
import { runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/ended',
  title: 'Whatever must leave a client unharmed whose stream has just ended does',
  rules: ['S7', 'S12', 'W4'],
  role: 'client',
  extraMs: 240_000,
  why: 'The matrix, right after the end of a stream: what was under way arrives then.',
  run: async (stage) => {
    await runCells(stage, false, async (fresh, cells) => {
      const stream = await fresh.opens();
      await stream.echoes(fresh.carries);
      stream.inject({ type: MessageType.STREAM_RESET });
      await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
      stream.app.closes();
      const { link } = stream;
      for (const cell of cells)
        link.injectFrames(arrange(cell.arrival, { subject: cell.bytes(stream) }), cell.name);
      await fresh.stillOpens('S7');
    });
  },
});
