import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/all-closed-then-new',
  title: 'After all connections have ended, a new one works',
  rules: ['S9', 'S8'],
  role: 'client',
  versions: ['V3'],
  why: 'A browser closes its connections when it is idle and opens new ones later.',
  expects:
    'After the last connection has ended, the client serves the next application: with CONNECTION_START if the stream still exists, or with a new stream.',
  run: async (trial) => {
    const first = await trial.opens();
    await first.echoes(trial.carries);
    first.app.closes();
    await first.isReset('S8');
    // A client may report the end of the last connection with either reset. After STREAM_RESET the stream is over too.
    const isNewStream = trial.role === 'source' || first.isStreamReset;
    const next = isNewStream ? await trial.opens() : await trial.opens({ on: first });
    await next.echoes('S9');
  },
});
