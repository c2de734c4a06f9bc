import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { BUILT_IN_SCENARIOS, loadScenarios, type Scenario } from '../../src/scenario-runner/index.js';
import { type Cell, isHandWritten, judgeMutants } from '../mutants/judge-mutants.js';
import { READINGS } from '../mutants/readings.js';

/** Decisions among D1 to D20 under which no client has anything to choose, with the reason. */
const NO_CHOICE: Readonly<Record<string, string>> = {
  D6: 'who opens the tunnels hands out the client tokens',
  D7: 'the status is the choice of the service; clients go by its class',
  D9: 'the status is the choice of the service; clients go by its class',
  D10: 'which service ids a tunnel without services takes is the choice of the service',
  D11: 'what is relayed is the choice of the service; the receiver keeps S7',
  D14: 'what follows a broken rule is the choice of the service',
  D15: 'what a peer is told is the choice of the service',
};
const LAST_OPEN_DECISION = 20;
const READINGS_MS = 300_000;
/** Readings are good clients: a busy machine must not fail them. */
const PATIENCE_MS = 5000;

let scenarios: readonly Scenario[];
beforeAll(async () => {
  const all = await loadScenarios(BUILT_IN_SCENARIOS);
  scenarios = all.filter((each) => isHandWritten(each) && each.long !== true && each.needs?.process !== true);
});

test('every decision that leaves room has a client that reads the guides in the other way', () => {
  const page = readFileSync(fileURLToPath(new URL('../../docs/protocol.md', import.meta.url)), 'utf8');
  const decisions = Array.from({ length: LAST_OPEN_DECISION }, (_, i) => `D${i + 1}`);
  expect(decisions.filter((id) => !page.includes(`<a id="${id}"></a>`))).toEqual([]);
  const read = new Set<string>(READINGS.map(({ decision }) => decision));
  expect(decisions.filter((id) => read.has(id) === id in NO_CHOICE)).toEqual([]);
});

test('no reading that the guides allow is punished', { timeout: READINGS_MS }, async () => {
  const cells = (
    await Promise.all(
      READINGS.map(async (reading) => {
        const about = scenarios.filter(({ rules }) => rules.some((rule) => reading.rules.includes(rule)));
        return judgeMutants({
          mutants: [reading],
          scenarios: about,
          whole: true,
          patienceMs: PATIENCE_MS,
          jobs: 2,
        });
      }),
    )
  ).flat();
  const mayBeWarned = new Set(READINGS.filter((each) => each.mayBeWarned).map(({ id }) => id));
  const isPunished = ({ mutant, verdict }: Cell): boolean =>
    verdict === 'fail' ||
    verdict === 'crash' ||
    verdict === 'error' ||
    (verdict === 'warn' && !mayBeWarned.has(mutant));
  expect(cells.filter(isPunished).map(describeCell)).toEqual([]);
  expect(READINGS.map(({ id }) => id).filter((id) => !cells.some(({ mutant }) => mutant === id))).toEqual([]);
});

function describeCell({ mutant, scenario, role, version, verdict, defect, reason }: Cell): string {
  const what = reason ?? `${defect?.rule}: ${defect?.symptom} ${defect?.detail}`;
  return `${verdict}: ${mutant} ${scenario}@${role}/${version}: ${what}`;
}
