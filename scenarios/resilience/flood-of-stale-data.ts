import { encodeData } from 'tunnel-testbed/protocol';
import { binary, otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-stale-data',
  title: 'A flood of stale messages does no harm',
  rules: ['S7', 'S17'],
  role: 'client',
  why: 'When a fast transfer is cut, thousands of such messages follow.',
  expects: 'The client drops all of them, and its stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    const other = { ...stream.ids, streamId: otherId(stream.streamId, 1) };
    stream.socket.injectFrames([binary(encodeData(other, trial.bytes(60_000), 50))], '1200 stale DATA');
    await stream.echoes('S7');
  },
});
