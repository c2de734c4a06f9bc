import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/many-in-a-row',
  title: 'Many connections work, one after the other',
  rules: ['S17', 'S9'],
  role: 'client',
  versions: ['V3'],
  needs: { connections: 2 },
  extraMs: 300_000,
  why: 'If every connection leaves something behind, nothing works after some time.',
  expects:
    'Each further connection works like the first one. The guides also allow STREAM_RESET for the end of a connection; if the client sends it, the scenario ends there.',
  run: async (trial) => {
    const first = await trial.opens();
    const rounds = trial.long ? 2000 : 40;
    // When its application ends a connection, a client may wait for the other half. So only some connections end that way.
    const every = trial.long ? 10 : 2;
    for (let i = 0; i < rounds; i++) {
      const next = await trial.opens({ on: first, ids: { connectionId: i + 2 } });
      await next.echoes('S9');
      if (i % every === 0) {
        next.app.closes();
        await next.isReset('S8');
        if (next.isStreamReset) return; // The guides also name it. It ends all connections.
      } else await next.ends({ rule: 'S10' });
    }
    await first.echoes('S9');
  },
});
