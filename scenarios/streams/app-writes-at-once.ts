import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/app-writes-at-once',
  title: 'What the application writes at once follows STREAM_START whole',
  rules: ['S3'],
  role: 'source',
  why: 'SSH clients send their banner with the first packet.',
  run: async (stage) => {
    const bytes = stage.bytes(100_000);
    const stream = await stage.opens({ writesAtOnce: bytes });
    await stream.serviceReceivesAll(bytes, 'S3');
  },
});
