import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/frames-of-bulk',
  title: 'Its own WebSocket frames stay within 131076 bytes',
  rules: ['W2', 'M3'],
  role: 'client',
  versions: 'any',
  why: 'The service closes the connection over a larger one.',
  expects: 'It cuts what it sends so that no WebSocket frame carries more than 131076 bytes.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.pours('up', 2_000_000).completes('W2');
  },
});
