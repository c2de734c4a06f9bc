import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-after-end',
  title: 'Late messages of an ended stream do nothing to the next one',
  rules: ['S7'],
  role: 'client',
  why: 'What was under way when a stream ended arrives during the next one.',
  run: async (stage) => {
    const old = await stage.opens();
    await old.echoes('S7');
    old.app.closes();
    await old.isReset('S8');
    old.injectData(stage.bytes(50));
    old.injectEnd();
    const next = await stage.opens();
    await next.echoes('S7');
    if (next.streamId === old.streamId) return; // V3: the stream goes on with another connection.
    next.link.inject({ ...old.address, type: MessageType.DATA, payload: stage.bytes(50) });
    next.link.inject({ ...old.address, type: MessageType.STREAM_RESET });
    await next.echoes('S7');
  },
});
