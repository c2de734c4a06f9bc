import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/many-drops',
  title: 'The client reconnects again and again',
  rules: ['S13', 'S17'],
  role: 'client',
  needs: { reconnects: true },
  extraMs: 300_000,
  why: 'A client on a bad link reconnects thousands of times.',
  expects:
    'The client reconnects after each loss, within the time that it declares, and serves a new stream.',
  run: async (trial) => {
    for (let i = 0; i < (trial.long ? 50 : 3); i++) {
      const stream = await trial.opens();
      await stream.echoes('S13');
      await stream.socket.drops();
      await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
      await trial.connected();
    }
    await (await trial.opens()).echoes('S13');
  },
});
