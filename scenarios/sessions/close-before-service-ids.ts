import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/close-before-service-ids',
  title: 'A close frame before SERVICE_IDS does not crash the client',
  rules: ['S17'],
  role: 'client',
  why: 'A tunnel may be closed at any moment.',
  expects: 'The client closes TCP. Then it reconnects, ends normally, or stays. It does not crash.',
  run: async (trial) => {
    trial.service.announces = false;
    const socket = await trial.connected();
    await socket.closes(1000, 'Tunnel is closed');
    await trial.awaits(socket.ended, { rule: 'W6', symptom: 'keeps-tcp-open', force: 'SHOULD' });
    await trial.comes(trial.client.exited, 500);
  },
});
