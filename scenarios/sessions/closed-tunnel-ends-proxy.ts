import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/closed-tunnel-ends-proxy',
  title: 'A local proxy ends successfully when the tunnel is closed',
  rules: ['S16'],
  role: 'client',
  versions: 'any',
  needs: { kind: 'local-proxy', process: true },
  why: 'Whoever started it is told that all is done.',
  expects: 'It exits with status 0. Staying, or another status, is a warning.',
  run: async (trial) => {
    const socket = await trial.connected();
    await socket.closes(1000, 'Tunnel is closed');
    const exit = await trial.awaits(trial.client.exited, {
      rule: 'S16',
      symptom: 'stays-when-tunnel-closed',
      force: 'SHOULD',
    });
    trial.check(exit.status === 0, {
      rule: 'S16',
      symptom: 'fails-when-tunnel-closed',
      detail: `status ${exit.status}`,
      force: 'SHOULD',
    });
  },
});
