import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/many-at-once',
  title: 'All declared connections work at the same time',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  extraMs: 60_000,
  why: 'Browsers and port forwards open dozens of connections.',
  expects: 'As many connections as the client declares carry bytes at the same time, each with its own id.',
  run: async (trial) => {
    const count = Math.min(trial.declares.connections, trial.long ? 500 : 50);
    const streams = [await trial.opens()];
    while (streams.length < count)
      streams.push(await trial.opens({ on: streams[0]!, ids: { connectionId: streams.length + 1 } }));
    const ids = new Set(streams.map(({ connectionId }) => connectionId));
    trial.check(ids.size === count, { rule: 'S9', symptom: 'connection-id-twice' });
    for (const stream of streams) stream.injectData(Buffer.from(`for ${stream.connectionId}`));
    for (const stream of streams) await stream.appReceives(Buffer.from(`for ${stream.connectionId}`), 'S9');
    for (const stream of streams) await stream.echoes('S9');
  },
});
