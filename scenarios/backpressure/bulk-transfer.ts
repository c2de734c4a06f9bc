import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/bulk-transfer',
  title: 'A bulk transfer arrives byte for byte',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 7_200_000,
  why: 'The reason to have a tunnel.',
  run: async (stage) => {
    const stream = await stage.opens();
    // A gigabyte each way shows what grows with the size, whatever the version: so the newest claimed does it for all.
    const isNewest = stage.declares.versions.every((version) => version <= stage.version);
    const size = stage.long ? (isNewest ? 1_000_000_000 : 64_000_000) : 8_000_000;
    await stream.pours('down', size).completes(stage.carries);
    await stream.pours('up', size).completes(stage.carries);
    await stream.echoes(stage.carries);
  },
});
