import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/many-at-once',
  title: 'As many connections as claimed work at once',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  extraMs: 60_000,
  why: 'Browsers and port forwards open dozens.',
  run: async (stage) => {
    const count = Math.min(stage.declares.connections, stage.long ? 500 : 50);
    const streams = [await stage.opens()];
    while (streams.length < count) streams.push(await stage.opensAnother(streams[0]!, streams.length + 1));
    const ids = new Set(streams.map(({ connectionId }) => connectionId));
    stage.check(ids.size === count, 'S9', 'two live connections got the same id');
    for (const stream of streams) stream.injectData(Buffer.from(`for ${stream.connectionId}`));
    for (const stream of streams) await stream.appReceives(Buffer.from(`for ${stream.connectionId}`), 'S9');
    for (const stream of streams) await stream.echoes('S9');
  },
});
