import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/bulk-transfer',
  title: 'Every byte of a bulk transfer arrives',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 7_200_000,
  why: 'A tunnel exists to carry bytes.',
  expects:
    'Every byte arrives, in order and unchanged, first towards the application and then into the tunnel.',
  run: async (trial) => {
    const stream = await trial.opens();
    // With a gigabyte each way, everything that grows with the size shows. The version does not matter, so the newest
    // declared one is enough.
    const isNewest = trial.declares.versions.every((version) => version <= trial.version);
    const size = trial.long ? (isNewest ? 1_000_000_000 : 64_000_000) : 8_000_000;
    await stream.pours('down', size).completes(trial.carries);
    await stream.pours('up', size).completes(trial.carries);
    await stream.echoes(trial.carries);
  },
});
