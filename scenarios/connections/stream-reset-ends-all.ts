import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/stream-reset-ends-all',
  title: 'STREAM_RESET ends every connection of the stream',
  rules: ['S11'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'A connection that stays open hangs, because the other end is gone.',
  expects:
    'The client closes every local connection of the stream, and serves the next application with a new stream.',
  run: async (trial) => {
    const a = await trial.opens();
    const b = await trial.opens({ on: a });
    await b.echoes('S9');
    a.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    for (const stream of [a, b]) {
      await stream.appIsClosed({ rule: 'S11', trigger: 'STREAM_RESET' });
    }
    await (await trial.opens()).echoes('S11');
  },
});
