import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/empty-data',
  title: 'DATA without payload carries no bytes',
  rules: ['S17'],
  role: 'client',
  why: 'An empty payload is not the end of the stream.',
  expects: 'The client delivers no bytes for DATA without payload, and the stream continues.',
  run: async (trial) => {
    const stream = await trial.opens();
    stream.injectData(Buffer.alloc(0));
    await stream.echoes('S17');
  },
});
