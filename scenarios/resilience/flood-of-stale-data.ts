import { encodeData } from 'tunnel-testbed/protocol';
import { binary, otherId, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/flood-of-stale-data',
  title: 'A flood of stale messages passes',
  rules: ['S7', 'S17'],
  role: 'client',
  why: 'A fast transfer that was cut leaves thousands of them.',
  run: async (stage) => {
    const stream = await stage.opens();
    const other = { ...stream.address, streamId: otherId(stream.streamId, 1) };
    stream.link.injectFrames([binary(encodeData(other, stage.bytes(60_000), 50))], '1200 stale DATA');
    await stream.echoes('S7');
  },
});
