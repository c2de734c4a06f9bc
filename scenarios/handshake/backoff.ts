import { scenario } from '../../src/scenario-runner/index.js';

export default scenario({
  id: 'handshake/backoff',
  title: 'Retries after 5xx get rarer',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 60_000,
  why: 'A service in trouble is hammered by all its clients at once.',
  run: async (stage) => {
    stage.service.answersAlways({ status: 500, body: 'Internal Server Error' });
    await stage.client.starts();
    const times: number[] = [];
    const wait = stage.patienceMs + 2 * stage.declares.reconnectMs;
    for (let i = 0; i < 4; i++) {
      const next = stage.service.handshakes.take();
      const symptom = i === 0 ? 'it did not connect to the service' : 'it does not try again after a 5xx';
      times.push((await stage.client.awaits(next, i === 0 ? 'H1' : 'H11', symptom, wait, 'SHOULD')).at);
    }
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    const shortest = Math.min(...gaps);
    const detail = `waited ${gaps.map((gap) => `${Math.round(gap)} ms`).join(', ')}`;
    // Jitter is welcome; equal intervals, or none at all, are no backoff.
    stage.check(
      Math.max(...gaps) > 1.25 * shortest + 10,
      'H11',
      'it does not back off after 5xx',
      detail,
      'SHOULD',
    );
  },
});
