import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/frames-of-bulk',
  title: "The client's WebSocket frames have at most 131076 bytes",
  rules: ['W2', 'M3'],
  role: 'client',
  versions: 'any',
  why: 'The service closes the connection if a frame is larger.',
  expects: 'The client cuts its data so that no WebSocket frame carries more than 131076 bytes.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.pours('up', 2_000_000).completes('W2');
  },
});
