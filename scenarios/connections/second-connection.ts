import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/second-connection',
  title: 'A further connection uses the same stream',
  rules: ['S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'V3 exists for browsers, which open several connections at once.',
  expects:
    'A source sends CONNECTION_START with the same stream id and a new connection id. A destination that receives it dials again. Both connections carry bytes.',
  run: async (trial) => {
    const first = await trial.opens();
    await first.echoes(trial.carries);
    const second = await trial.opens({ on: first });
    trial.check(second.streamId === first.streamId, {
      rule: 'S9',
      symptom: 'stream-id-of-further-connection',
      detail: `${second.streamId}`,
    });
    trial.check(second.connectionId !== first.connectionId, {
      rule: 'S9',
      symptom: 'connection-id-twice',
      detail: `${second.connectionId}`,
    });
    trial.check(second.connectionId !== 0, { rule: 'S9', symptom: 'no-connection-id' });
    await second.echoes('S9');
    await first.echoes('S9');
  },
});
