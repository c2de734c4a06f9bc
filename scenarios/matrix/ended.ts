import { MessageType } from 'tunnel-testbed/protocol';
import { arrange, scenario } from 'tunnel-testbed/scenarios';
import { cellsOf } from './support/cells.js';
import { runCells } from './support/run-cells.js';

export default scenario({
  id: 'matrix/ended',
  title: 'A client whose stream has just ended ignores messages that must have no effect',
  rules: ['S7', 'S12', 'W4'],
  role: 'client',
  extraMs: 240_000,
  why: 'This is the matrix right after the end of a stream, when late messages arrive.',
  expects:
    'The client drops everything that belongs to the ended stream. The next application is served on the same WebSocket.',
  run: async (trial) => {
    const { version, long } = trial;
    await runCells(trial, cellsOf({ version, live: false, full: long }), async (fresh) => async (batch) => {
      const stream = await fresh.opens();
      await stream.echoes(fresh.carries);
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
      const { socket } = stream;
      for (const cell of batch)
        socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(stream) }), cell.name);
      const next = await fresh.opens({ blame: { rule: 'S7', trigger: 'messages-of-a-stream-that-is-over' } });
      await next.ends({ rule: 'S8' });
    });
  },
});
