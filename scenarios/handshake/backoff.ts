import { firstOf, type Handshake, scenario, type Trial } from 'tunnel-testbed/scenarios';

/** Requests that a client must have sent to be judged: three gaps show whether they grow. */
const ENOUGH = 4;
/** Requests watched under `--long`: as far as the gaps of most clients grow, at the client's own pace. */
const LONG_WATCH = 8;

export default scenario({
  id: 'handshake/backoff',
  title: 'Retries after 5xx get rarer',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 1_800_000,
  why: 'A service in trouble is hammered by all its clients at once.',
  expects:
    'The time between its tries grows. How often it tries, and whether it gives up, the guides leave open.',
  run: async (trial) => {
    trial.service.answers({ status: 500, body: 'Internal Server Error' }, 'always');
    await trial.client.starts();
    const times: number[] = [];
    for (let next = await request(trial, 0); next !== undefined; next = await request(trial, times.length)) {
      times.push(next.at);
      if (times.length === (trial.long ? LONG_WATCH : ENOUGH)) break;
    }
    const gaps = times.slice(1).map((at, i) => at - times[i]!);
    const shortest = Math.min(...gaps);
    const detail = `waited ${gaps.map((gap) => `${Math.round(gap)} ms`).join(', ')}`;
    // Jitter is welcome; equal intervals, or none at all, are no backoff.
    trial.check(Math.max(...gaps) > 1.25 * shortest + 10, {
      rule: 'H11',
      symptom: 'no-back-off',
      detail,
      force: 'SHOULD',
    });
    if (!trial.long || times.length < LONG_WATCH) return;
    trial.service.answers({}, 'always');
    const wait = longest(trial) + 2 * Math.max(...gaps);
    await trial.awaits(trial.service.connection(), {
      rule: 'H11',
      symptom: 'no-return-after-long-trouble',
      force: 'SHOULD',
      within: wait,
    });
  },
});

const longest = ({ patienceMs, declares }: Trial): number => patienceMs + 2 * declares.reconnectMs;

/** The next request. Undefined where none comes after enough of them: no clause says how often to try. */
async function request(trial: Trial, before: number): Promise<Handshake | undefined> {
  const next = trial.service.handshakes.take();
  if (before >= ENOUGH) {
    const ended = trial.client.exited.then(() => undefined);
    return trial.comes(firstOf([next, ended]), longest(trial));
  }
  return trial.awaits(next, {
    rule: before === 0 ? 'H1' : 'H11',
    symptom: before === 0 ? 'did-not-connect' : 'no-retry-after-5xx',
    force: 'SHOULD',
    within: longest(trial),
  });
}
