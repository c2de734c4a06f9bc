import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'frames/oversized-payload',
  title: 'A payload over 64512 bytes does not bring it down',
  rules: ['S17'],
  role: 'client',
  why: 'A peer may break the rule.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.echoes('S17');
    stream.injectData(stage.bytes(65_000));
    const outcome = await stream.app.arrives(65_000).then(() => 'taken' as const);
    if (outcome === 'taken' && !stream.app.isEnded) await stream.fence('S17');
    stream.app.closes();
    stage.client.throwIfCrashed();
  },
});
