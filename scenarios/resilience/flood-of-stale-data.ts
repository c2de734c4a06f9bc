import { encodeData } from 'tunnel-testbed/protocol';
import { binary, otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-stale-data',
  title: 'A flood of stale messages passes',
  rules: ['S7', 'S17'],
  role: 'client',
  why: 'A fast transfer that was cut leaves thousands of them.',
  expects: 'It drops all of them; its stream goes on.',
  run: async (trial) => {
    const stream = await trial.opens();
    const other = { ...stream.ids, streamId: otherId(stream.streamId, 1) };
    stream.socket.injectFrames([binary(encodeData(other, trial.bytes(60_000), 50))], '1200 stale DATA');
    await stream.echoes('S7');
  },
});
