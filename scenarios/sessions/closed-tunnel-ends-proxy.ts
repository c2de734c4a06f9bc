import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'sessions/closed-tunnel-ends-proxy',
  title: 'A local proxy ends successfully when the tunnel is closed',
  rules: ['S16'],
  role: 'client',
  versions: 'any',
  needs: { kind: 'local-proxy', process: true },
  why: 'The program that started it learns that the work is done.',
  expects: 'The client exits with status 0. It is a warning if it stays or exits with another status.',
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
