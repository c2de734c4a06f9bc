import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-closes-apps',
  title: 'When the WebSocket is lost, local connections are closed',
  rules: ['S13'],
  role: 'client',
  why: 'Otherwise the application hangs for ever, because its stream is gone.',
  expects: 'The client closes every local connection.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S13');
    await stream.socket.drops();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
