import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-before-service-ids',
  title: 'A loss before SERVICE_IDS does not crash the client',
  rules: ['S17', 'S13'],
  role: 'client',
  extraMs: 20_000,
  why: 'Networks fail at any moment.',
  expects:
    'The client reconnects and serves the next stream. If it does not declare that it reconnects, it ends or stays without a crash.',
  run: async (trial) => {
    trial.service.announces = false;
    const socket = await trial.connected();
    await socket.settles();
    trial.service.announces = true;
    await socket.drops();
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
