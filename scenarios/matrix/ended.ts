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
  expects:
    'It drops what belongs to the stream that is over, and the next application is served on the same WebSocket.',
  run: async (trial) => {
    await runCells(trial, false, async (fresh, cells) => {
      const stream = await fresh.opens();
      await stream.echoes(fresh.carries);
      await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
      const { socket } = stream;
      for (const cell of cells)
        socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(stream) }), cell.name);
      await fresh.opens({ blame: { rule: 'S7', trigger: 'messages-of-a-stream-that-is-over' } });
    });
  },
});
