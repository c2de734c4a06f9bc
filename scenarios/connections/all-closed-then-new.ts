import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'connections/all-closed-then-new',
  title: 'After all connections ended a new one works',
  rules: ['S9', 'S8'],
  role: 'client',
  versions: ['V3'],
  why: 'A browser closes its connections when idle and opens new ones later.',
  run: async (stage) => {
    const first = await stage.opens();
    await first.echoes(stage.carries);
    first.app.closes();
    await first.isReset('S8');
    // Either reset may report the last connection's end; after STREAM_RESET the stream is over too.
    const isNewStream = stage.role === 'source' || first.isStreamReset;
    const next = isNewStream ? await stage.opens() : await stage.opensAnother(first);
    await next.echoes('S9');
  },
});
