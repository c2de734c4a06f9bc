import { scenario } from 'tunnel-testbed/scenarios';

export default scenario({
  id: 'handshake/retries-after-5xx',
  title: 'After a 5xx the client tries again',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 30_000,
  why: 'Otherwise a short problem of the service ends the client for good.',
  expects: 'The client sends another request within the time that it declares for a reconnect.',
  run: async (trial) => {
    trial.service.answers({ status: 503, body: 'Service Unavailable' });
    await trial.client.starts();
    await trial.awaits(trial.service.handshakes.take(), { rule: 'H1', symptom: 'did-not-connect' });
    const again = trial.service.connection();
    const wait = trial.patienceMs + trial.declares.reconnectMs;
    await trial.awaits(again, { rule: 'H11', symptom: 'no-retry-after-5xx', force: 'SHOULD', within: wait });
  },
});
