import { type Handshake, type Stage, scenario } from 'tunnel-testbed/scenarios';

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
  run: async (stage) => {
    stage.service.answersAlways({ status: 500, body: 'Internal Server Error' });
    await stage.client.starts();
    const times: number[] = [];
    for (let next = await request(stage, 0); next !== undefined; next = await request(stage, times.length)) {
      times.push(next.at);
      if (times.length === (stage.long ? LONG_WATCH : ENOUGH)) break;
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
    if (!stage.long || times.length < LONG_WATCH) return;
    stage.service.answersAlways({});
    const wait = longest(stage) + 2 * Math.max(...gaps);
    const symptom = 'it does not come back after a long trouble of the service';
    await stage.client.awaits(stage.service.links.take(), 'H11', symptom, wait, 'SHOULD');
  },
});

const longest = ({ patienceMs, declares }: Stage): number => patienceMs + 2 * declares.reconnectMs;

/** The next request. Undefined where none comes after enough of them: no clause says how often to try. */
async function request(stage: Stage, before: number): Promise<Handshake | undefined> {
  const next = stage.service.handshakes.take();
  if (before >= ENOUGH) {
    const ended = stage.client.running!.exited.then(() => undefined);
    return stage.client.within<Handshake | undefined>(
      Promise.race([next, ended]),
      longest(stage),
      () => undefined,
    );
  }
  const symptom = before === 0 ? 'it did not connect to the service' : 'it does not try again after a 5xx';
  return stage.client.awaits(next, before === 0 ? 'H1' : 'H11', symptom, longest(stage), 'SHOULD');
}
