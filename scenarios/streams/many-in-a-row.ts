import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/many-in-a-row',
  title: 'Streams follow each other without an end',
  rules: ['S17', 'S3'],
  role: 'client',
  extraMs: 300_000,
  why: 'Something is left behind by each, until nothing works any more.',
  run: async (stage) => {
    const rounds = stage.long ? 2000 : 40;
    // A client may wait for the other half of a connection that its application ends: not every one has to.
    const every = stage.long ? 10 : 2;
    for (let i = 0; i < rounds; i++) {
      const stream = await stage.opens();
      await stream.echoes(stage.carries);
      if (i % every === 0) {
        stream.app.closes();
        await stream.isReset('S8');
      } else await stream.finish('S8');
    }
  },
});
