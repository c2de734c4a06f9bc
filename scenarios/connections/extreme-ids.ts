import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/extreme-ids',
  title: 'Any connection id works',
  rules: ['S9'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'A source chooses its ids freely, and the field is an unsigned 32-bit number.',
  expects: 'The client accepts any connection id from 1 to 4294967295.',
  run: async (trial) => {
    const first = await trial.opens();
    for (const connectionId of [2, 128, 2 ** 31, 2 ** 32 - 1]) {
      const next = await trial.opens({ on: first, ids: { connectionId } });
      await next.echoes('S9');
      await next.ends({ rule: 'S10' });
    }
    await first.echoes('S9');
  },
});
