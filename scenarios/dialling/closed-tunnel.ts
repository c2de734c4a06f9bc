import { scenario } from 'tunnel-testbed/scenarios';
import { whileDialling } from './support/while-dialling.js';

export default scenario({
  id: 'dialling/closed-tunnel',
  title: 'A local proxy ends successfully if the tunnel is closed while it is dialling',
  rules: ['S16'],
  role: 'destination',
  versions: 'any',
  needs: { kind: 'local-proxy', process: true },
  why: 'A proxy that first waits for its dial stays for minutes, and the program that started it waits too.',
  expects: 'The client exits with status 0. It is a warning if it stays or exits with another status.',
  run: async (trial) => {
    const { socket, within } = await whileDialling(trial);
    trial.service.answers(
      { status: 400, headers: { 'X-Status-Reason': 'Tunnel is closed' }, body: 'Tunnel is closed' },
      'always',
    );
    await socket.closes(1000, 'Tunnel is closed');
    const exit = await trial.awaits(trial.client.exited, {
      rule: 'S16',
      symptom: 'stays-when-tunnel-closed',
      within: within + trial.declares.reconnectMs,
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
