import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'backpressure/both-directions',
  title: 'Large transfers in both directions at once',
  rules: ['S3', 'S4'],
  role: 'client',
  extraMs: 600_000,
  why: 'A client that writes before it reads again stops for good when both are full.',
  expects:
    'It reads and writes independently in each direction: both transfers arrive whole, at whatever pace.',
  run: async (trial) => {
    const stream = await trial.opens();
    const size = trial.long ? 64_000_000 : 4_000_000;
    const down = stream.pours('down', size);
    const up = stream.pours('up', size);
    await Promise.all([down.completes(trial.carries), up.completes(trial.carries)]);
    await stream.echoes(trial.carries);
  },
});
