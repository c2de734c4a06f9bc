import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'backpressure/slow-application',
  title: 'A slow application loses nothing',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'Backups and media players read in bursts: bytes must wait, not vanish.',
  run: async (stage) => {
    const stream = await stage.opens({ paused: true });
    if (stage.role === 'destination') stream.app.stopsReading();
    const down = stream.pours('down', stage.long ? 64_000_000 : 6_000_000);
    await stage.comes(down.poured, 500);
    stream.app.readsAgain();
    await down.completes(stage.carries);
    await stream.echoes(stage.carries);
  },
});
