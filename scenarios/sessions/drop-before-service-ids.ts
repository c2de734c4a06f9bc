import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/drop-before-service-ids',
  title: 'A drop before SERVICE_IDS does not bring it down',
  rules: ['S17', 'S13'],
  role: 'client',
  extraMs: 20_000,
  why: 'Networks fail at any moment.',
  expects:
    'It comes back and serves; or, where it does not claim to reconnect, ends or stays without a crash.',
  run: async (trial) => {
    trial.service.announces = false;
    const socket = await trial.connected();
    await socket.settles();
    trial.service.announces = true;
    await socket.drops();
    await trial.survives({ rule: 'S13', trigger: 'websocket-lost' });
  },
});
