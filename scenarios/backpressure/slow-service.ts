import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/slow-service',
  title: 'A slow service loses nothing',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'The service limits bandwidth by reading slowly.',
  run: async (stage) => {
    const stream = await stage.opens();
    stream.link.stopsReading();
    const up = stream.pours('up', stage.long ? 64_000_000 : 6_000_000);
    await stage.comes(up.poured, 300);
    stream.link.readsAgain();
    await up.completes(stage.carries);
    await stream.echoes(stage.carries);
  },
});
