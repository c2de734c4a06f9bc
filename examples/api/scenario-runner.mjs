// Judges the proxies of this package by one scenario, in the role source and in every format to which it applies.
import {
  BUILT_IN_SCENARIOS,
  exitStatusOf,
  loadScenarios,
  OwnProxies,
  runSuite,
} from 'tunnel-testbed/scenario-runner';

const suite = await runSuite({
  adapter: new OwnProxies(),
  scenarios: await loadScenarios(BUILT_IN_SCENARIOS),
  only: ['streams/stale-data-dropped'],
  roles: ['source'],
});
for (const { key, verdict } of suite.results) console.log(`${verdict} ${key}`);
process.exitCode = exitStatusOf(suite);
