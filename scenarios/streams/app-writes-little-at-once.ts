import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'streams/app-writes-little-at-once',
  title: 'A few bytes that the application writes at once reach the tunnel, although nothing follows',
  rules: ['S3'],
  role: 'source',
  why: 'A program that sends a short request waits for the answer. If the client first waits for the destination, both wait for ever.',
  expects:
    'The client sends STREAM_START, then the bytes, without waiting for the destination or for more bytes.',
  run: async (trial) => {
    const bytes = trial.bytes(5);
    const stream = await trial.opens({ writesAtOnce: bytes });
    await stream.serviceReceives(bytes, 'S3');
  },
});
