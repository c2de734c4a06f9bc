import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/stream-reset-ends-all',
  title: 'STREAM_RESET ends every connection of the stream',
  rules: ['S11'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'What is left open hangs: the other end is gone.',
  run: async (stage) => {
    const a = await stage.opens();
    const b = await stage.opensAnother(a);
    await b.echoes('S9');
    a.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
    for (const stream of [a, b]) {
      await stream.appIsClosed('S11', 'it left a connection open after STREAM_RESET');
      stream.app.closes();
    }
    await (await stage.opens()).echoes('S11');
  },
});
