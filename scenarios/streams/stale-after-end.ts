import { MessageType } from 'tunnel-testbed/protocol';
import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/stale-after-end',
  title: 'Late messages of an ended stream have no effect on the next one',
  rules: ['S7'],
  role: 'client',
  why: 'Messages that were on their way when a stream ended arrive during the next stream.',
  expects: 'The client drops all messages of the ended stream.',
  run: async (trial) => {
    const old = await trial.opens();
    await old.echoes('S7');
    old.app.closes();
    await old.isReset('S8');
    old.injectData(trial.bytes(50));
    old.inject({ type: old.endType });
    await old.socket.settles();
    const next = await trial.opens();
    await next.echoes('S7');
    if (next.streamId === old.streamId) return; // V3: the stream continues with another connection.
    next.socket.inject({ ...old.ids, type: MessageType.DATA, payload: trial.bytes(50) });
    next.socket.inject({ ...old.ids, type: MessageType.STREAM_RESET });
    await next.echoes('S7');
  },
});
