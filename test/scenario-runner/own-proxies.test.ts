import { describe, expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  distinctDefects,
  formatReport,
  loadScenarios,
  OwnProxies,
  REPORT_FORMATS,
  runSuite,
  worseThan,
} from '../../src/scenario-runner/index.js';

/** A busy machine must not make what is slow look wrong; what passes never waits this long. */
const patienceMs = 30_000;

describe('the suite', () => {
  it('finds nothing to blame in the proxies of this package', async () => {
    const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
    const only = ['streams/*', 'connections/*', 'frames/*', 'matrix/open', 'mixing/*'];
    const suite = await runSuite({ adapter: new OwnProxies(), scenarios, only, patienceMs });
    expect(distinctDefects(suite.results)).toEqual([]);
    expect(suite.results.filter(({ verdict }) => verdict !== 'pass').map(({ key }) => key)).toEqual([]);
    for (const format of REPORT_FORMATS) expect(formatReport(suite, format)).toContain('tunnel-testbed');
    expect(worseThan(formatReport(suite, 'json'), suite)).toEqual([]);
  }, 240_000);

  it('speaks TLS with a CA of its own, and finds that the proxies of this package trust no other', async () => {
    const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
    const adapter = new OwnProxies('wss');
    const only = ['streams/echo', 'handshake/untrusted-certificate-*'];
    const suite = await runSuite({ adapter, scenarios, only, patienceMs });
    expect(suite.results.map(({ verdict }) => verdict)).toEqual(Array(6 + 8).fill('pass'));
  });
});
