import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/many-in-a-row',
  title: 'Many streams work, one after the other',
  rules: ['S17', 'S3'],
  role: 'client',
  extraMs: 300_000,
  why: 'If every stream leaves something behind, nothing works after some time.',
  expects: 'Each stream works like the first one.',
  run: async (trial) => {
    const rounds = trial.long ? 2000 : 40;
    // When its application ends a connection, a client may wait for the other half. So only some connections end that way.
    const every = trial.long ? 10 : 2;
    for (let i = 0; i < rounds; i++) {
      const stream = await trial.opens();
      await stream.echoes(trial.carries);
      if (i % every === 0) {
        stream.app.closes();
        await stream.isReset('S8');
      } else await stream.ends({ rule: 'S8' });
    }
  },
});
