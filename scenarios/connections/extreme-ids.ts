import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/extreme-ids',
  title: 'Any connection id is good',
  rules: ['S9'],
  role: 'destination',
  versions: ['V3'],
  needs: { connections: 2 },
  why: 'Sources number as they like; the field is an unsigned 32-bit number.',
  run: async (stage) => {
    const first = await stage.opens();
    for (const connectionId of [2, 128, 2 ** 31, 2 ** 32 - 1]) {
      const next = await stage.opensAnother(first, connectionId);
      await next.echoes('S9');
      await next.finish('S10');
    }
    await first.echoes('S9');
  },
});
