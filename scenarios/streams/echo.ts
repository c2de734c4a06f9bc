import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/echo',
  title: 'A stream carries bytes both ways',
  rules: ['S3', 'S4'],
  role: 'client',
  why: 'The least a tunnel client does.',
  run: async (stage) => {
    const rule = stage.role === 'source' ? 'S3' : 'S4';
    const stream = await stage.opens();
    await stream.echoes(rule);
    await stream.carriesUp(stage.bytes(1000), rule);
    await stream.carriesDown(stage.bytes(1000), rule);
    await stream.echoes(rule);
  },
});
