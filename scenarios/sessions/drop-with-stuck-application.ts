import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-with-stuck-application',
  title: 'A drop while an application is stuck does no harm',
  rules: ['S13', 'S17'],
  role: 'client',
  extraMs: 20_000,
  why: 'One hung program must not keep a device off the network.',
  run: async (stage) => {
    const stream = await stage.opens({ paused: true });
    stream.app.stopsReading();
    stream.injectBulk(stage.bytes(2_000_000));
    await stage.comes(stream.link.drained(), 200);
    stream.link.drop({ loses: true });
    stream.app.aborts();
    await stage.lives('S13');
  },
});
