import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/app-writes-at-once',
  title: 'All bytes that an application writes at once follow STREAM_START',
  rules: ['S3'],
  role: 'source',
  why: 'SSH clients send their banner with the first packet.',
  expects: 'The client sends STREAM_START, then all bytes, without waiting for the destination.',
  run: async (trial) => {
    const bytes = trial.bytes(100_000);
    const stream = await trial.opens({ writesAtOnce: bytes });
    await stream.serviceReceives(bytes, 'S3');
  },
});
