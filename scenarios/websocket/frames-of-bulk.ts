import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'websocket/frames-of-bulk',
  title: 'Its own WebSocket frames stay within 131076 bytes',
  rules: ['W2', 'M3'],
  role: 'client',
  versions: 'any',
  why: 'The service closes the connection over a larger one.',
  run: async (stage) => {
    const stream = await stage.opens();
    await stream.carriesUp(stage.bytes(2_000_000), 'W2');
  },
});
