import { Crash, scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'resilience/stops-while-connecting',
  title: 'The client ends on SIGTERM while the service does not answer',
  rules: ['S17'],
  role: 'client',
  versions: 'any',
  needs: { process: true },
  why: 'People press Ctrl+C when a client does not connect.',
  expects: 'The client ends on SIGTERM also between two tries to connect.',
  run: async (trial) => {
    trial.service.answers({ status: 503 }, 'always');
    await trial.client.starts();
    await trial.awaits(trial.service.handshakes.take(), { rule: 'H1', symptom: 'did-not-connect' });
    const exit = await trial.client.stops();
    if (exit.killed === true) throw new Crash('ignores-sigterm');
  },
});
