// A scenario of your own, run against the proxies of this package.
import { OwnProxies, runSuite } from 'tunnel-testbed/scenario-runner';
import { scenario } from 'tunnel-testbed/scenarios';

const echo = scenario({
  id: 'mine/echo',
  title: 'Bytes pass both ways',
  rules: ['S3', 'S4'],
  role: 'client',
  why: 'A tunnel that does not carry bytes is useless.',
  expects: 'The client carries the bytes of an application unchanged, both ways.',
  run: async (trial) => {
    const stream = await trial.opens();
    await stream.echoes(trial.carries);
  },
});

const { results } = await runSuite({ adapter: new OwnProxies(), scenarios: [echo], versions: ['V3'] });
for (const { key, verdict } of results) console.log(`${verdict} ${key}`);
