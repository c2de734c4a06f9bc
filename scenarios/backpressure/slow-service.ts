import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'backpressure/slow-service',
  title: 'A slow service loses nothing',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 120_000,
  why: 'The service limits bandwidth by reading slowly.',
  run: async (stage) => {
    const stream = await stage.opens();
    stream.link.pauseReading();
    const bytes = stage.bytes(stage.long ? 64_000_000 : 6_000_000);
    stream.app.writes(bytes);
    await stage.comes(new Promise((resolve) => stream.app.socket.once('drain', resolve)), 300);
    stream.link.resumeReading();
    await stream.serviceReceivesAll(bytes, stage.carries);
    await stream.echoes(stage.carries);
  },
});
