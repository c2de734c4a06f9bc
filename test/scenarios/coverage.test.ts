import { expect, test } from 'vitest';
import { RULES, type Side } from '../../src/protocol/index.js';
import { BUILT_IN_SCENARIOS, loadScenarios, type Scenario } from '../../src/scenario-runner/index.js';

/** What binds a client and no scenario can show, with the reason. */
const NOT_TO_BE_SEEN: Readonly<Record<string, string>> = {
  'X2 destination V3': 'a V3 destination that meets a V2 source keeps X3',
  'X3 destination V2': 'binds V3 destinations; V2 is what they then speak',
};

const ROLES: readonly Side[] = ['source', 'destination'];

test('every rule that binds a client has a scenario for each role and format that it applies to', async () => {
  const scenarios = await loadScenarios(BUILT_IN_SCENARIOS);
  const uncovered = RULES.flatMap(({ id, binds, formats }) =>
    ROLES.filter(
      (role) => binds.includes('cli') || binds.includes(role === 'source' ? 'src' : 'dst'),
    ).flatMap((role) =>
      formats
        .map((format) => `${id} ${role} ${format}`)
        .filter((_, i) => !scenarios.some((scenario) => covers(scenario, id, role, formats[i]!))),
    ),
  );
  expect(uncovered.filter((each) => NOT_TO_BE_SEEN[each] === undefined)).toEqual([]);
});

function covers(
  { rules, role, versions = 'any' }: Scenario,
  rule: string,
  of: Side,
  format: string,
): boolean {
  const isNamed = rules.some((each) => each === rule);
  return (
    isNamed &&
    (role === 'client' || role === of) &&
    (versions === 'any' || versions.some((v) => v === format))
  );
}
