import { firstOf, type Handshake, scenario, type Trial } from 'tunnel-testbed/scenarios';

/** A client is judged after this many requests: their three gaps show whether the time between them grows. */
const ENOUGH = 4;
/** Under `--long` this many requests are watched, at the client's own pace: the gaps of most clients grow until then. */
const LONG_WATCH = 8;
/** If the first gaps differ, this many further requests are watched. */
const MORE = 8;
/** This many short gaps in a row are not jitter. */
const IN_A_ROW = 3;

export default scenario({
  id: 'handshake/backoff',
  title: 'The time between retries after a 5xx grows',
  rules: ['H11'],
  role: 'client',
  versions: 'any',
  needs: { reconnects: true },
  extraMs: 1_800_000,
  why: 'Otherwise all clients at once overload a service that has problems.',
  expects:
    "The time between the client's tries grows. The guides do not say how often it tries, or whether it gives up.",
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
    const grows = await haveGrown(trial, times, shortest);
    const waited = times.slice(1).map((at, i) => `${Math.round(at - times[i]!)} ms`);
    trial.check(grows, {
      rule: 'H11',
      symptom: 'no-back-off',
      detail: `waited ${waited.join(', ')}`,
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

/**
 * Whether the gaps have grown. Jitter is allowed. Equal gaps, or no gaps at all, are not a backoff. On a busy machine,
 * equal gaps may look different once, so the next gaps are judged too. If a try does not come within twice the shortest
 * gap, the gaps grow. If several gaps in a row are as short as the shortest, they do not.
 */
async function haveGrown(trial: Trial, times: number[], shortest: number): Promise<boolean> {
  const isShort = (gap: number): boolean => gap <= 1.25 * shortest + 10;
  if (times.slice(1).every((at, i) => isShort(at - times[i]!))) return false;
  for (let more = 0, inARow = 0; more < MORE; more++) {
    const next = await trial.comes(trial.service.handshakes.take(), 2 * shortest + 10);
    if (next === undefined) return true;
    inARow = isShort(next.at - times.at(-1)!) ? inARow + 1 : 0;
    times.push(next.at);
    if (inARow === IN_A_ROW) return false;
  }
  return true;
}

const longest = ({ patienceMs, declares }: Trial): number => patienceMs + 2 * declares.reconnectMs;

/** The next request. Undefined if enough requests have come and no other follows: no clause says how often to try. */
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
