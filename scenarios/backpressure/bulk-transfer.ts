import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'backpressure/bulk-transfer',
  title: 'A bulk transfer arrives byte for byte',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'The reason to have a tunnel.',
  run: async (stage) => {
    const stream = await stage.opens();
    const piece = stage.bytes(8_000_000);
    for (let i = 0; i < (stage.long ? 64 : 1); i++) {
      await stream.carriesDown(piece, stage.carries);
      await stream.carriesUp(piece, stage.carries);
    }
  },
});
