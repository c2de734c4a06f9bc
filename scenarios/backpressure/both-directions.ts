import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/both-directions',
  title: 'Large transfers in both directions at once arrive',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'A client that finishes its writes before it reads again stops for good when both directions are full.',
  expects:
    'The client reads and writes independently in each direction. Both transfers arrive completely, at any speed.',
  run: async (trial) => {
    const stream = await trial.opens();
    const size = trial.long ? 64_000_000 : 4_000_000;
    const down = stream.pours('down', size);
    const up = stream.pours('up', size);
    await Promise.all([down.completes(trial.carries), up.completes(trial.carries)]);
    await stream.echoes(trial.carries);
  },
});
