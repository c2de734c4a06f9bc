import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'backpressure/both-directions',
  title: 'Large transfers in both directions at once',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 60_000,
  why: 'A client that writes before it reads again stops for good when both are full.',
  run: async (stage) => {
    const stream = await stage.opens();
    const [down, up] = [stage.bytes(4_000_000), stage.bytes(4_000_000)];
    stream.injectBulk(down);
    stream.app.writes(up);
    await Promise.all([
      stream.appReceives(down, stage.carries),
      stream.serviceReceivesAll(up, stage.carries),
    ]);
    await stream.echoes(stage.carries);
  },
});
