import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'messages/empty-data',
  title: 'DATA without payload carries nothing',
  rules: ['S17'],
  role: 'client',
  why: 'An empty payload is not the end of the stream.',
  expects: 'It takes DATA without payload for no bytes at all; the stream goes on.',
  run: async (trial) => {
    const stream = await trial.opens();
    stream.injectData(Buffer.alloc(0));
    await stream.echoes('S17');
  },
});
