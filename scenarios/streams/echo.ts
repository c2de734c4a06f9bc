import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/echo',
  title: 'A stream carries bytes both ways',
  rules: ['S3', 'S4'],
  role: 'client',
  why: 'Every tunnel client must do this.',
  expects: 'The client carries bytes both ways, in order and unchanged.',
  run: async (trial) => {
    const rule = trial.role === 'source' ? 'S3' : 'S4';
    const stream = await trial.opens();
    await stream.echoes(rule);
    await stream.pours('up', 1000).completes(rule);
    await stream.pours('down', 1000).completes(rule);
    await stream.echoes(rule);
  },
});
