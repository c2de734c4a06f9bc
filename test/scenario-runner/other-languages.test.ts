import { randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  BUILT_IN_SCENARIOS,
  CommandAdapter,
  loadScenarios,
  runSuite,
} from '../../src/scenario-runner/index.js';
import { blamed, build, definitionOf, missingFor, OTHER_CLIENTS } from '../support/other-languages.js';

/** Half of the clients speak TLS and half do not; the seed swaps them, and draws a version where one has to do. */
const seed = Number(process.env.TUNNEL_TESTBED_SEED ?? randomInt(1000));
console.log(`Clients in other languages: TUNNEL_TESTBED_SEED=${seed}`);

const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);

describe('the judge and clients in other languages', () => {
  OTHER_CLIENTS.forEach((client, number) => {
    const transport = (number + seed) % 2 === 0 ? 'tls' : 'plain';
    const missing = missingFor(client);
    if (missing.length > 0) {
      const why = `apt-get install ${missing.join(' ')}`;
      if (process.env.CI === 'true')
        throw new Error(`In CI no client may be left out: ${client.name}: ${why}`);
      console.warn(`Skipped: ${client.name}: ${why}`);
      it.skip(`${client.name} [skipped: ${why}]`);
      return;
    }
    const version = client.isSlowToStart !== true ? undefined : seed % 4 < 2 ? 'V2' : 'V3';
    it(`finds nothing to blame in ${[client.name, transport, version].join(' ')}`, async () => {
      build(client);
      const adapter = new CommandAdapter(await definitionOf(client, transport, version));
      const suite = await runSuite({ adapter, scenarios });
      expect(blamed(suite)).toEqual([]);
      expect(suite.results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(150);
    }, 900_000);
  });
});
