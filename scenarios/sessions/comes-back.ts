import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/comes-back',
  title: 'After a loss the client reconnects and starts again from the beginning',
  rules: ['S13'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 20_000,
  why: 'Networks fail. If a device does not reconnect, somebody must travel to it.',
  expects:
    'The client closes its local connections, connects again within the time that it declares, and serves a new stream.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes('S13');
    await stream.socket.drops();
    await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
    await trial.survives({ rule: 'S13', mayEnd: false, trigger: 'websocket-lost' });
  },
});
