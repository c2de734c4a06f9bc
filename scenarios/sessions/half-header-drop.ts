import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/half-header-drop',
  title: 'A loss in the middle of a WebSocket frame does no harm',
  rules: ['S13'],
  role: 'client',
  extraMs: 20_000,
  why: 'TCP can end anywhere.',
  expects:
    'The client closes the local connection, reconnects and serves the next stream. If it does not declare that it reconnects, it ends or stays without a crash.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S13');
    stream.socket.injectBytes(Buffer.from([0x82, 126, 1]), 'three bytes of a WebSocket header');
    await stream.socket.drops('flushed');
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
