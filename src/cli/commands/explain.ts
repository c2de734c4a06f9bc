import { Command } from 'commander';
import {
  BUILT_IN_SCENARIOS,
  explain,
  loadScenarios,
  loadServiceScenarios,
  type Scenario,
  type ServiceScenario,
  SSH_SCENARIOS,
} from '../../scenario-runner/index.js';
import { UsageError } from '../errors.js';

/** Explains a scenario. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('explain a scenario of verify: what it does, which rules it judges, and how to run only it')
    .argument(
      '<id>',
      'a scenario, such as streams/stale-data-dropped, or the id of a result, such as …@source/V3',
    )
    .option('--scenarios <folder>', 'folder with your own scenarios')
    .addHelpText('after', '\nExamples:\n  tunnel-testbed explain streams/stale-data-dropped')
    .action(async (id: string, flags: { scenarios?: string }) => {
      const scenarios: (Scenario | ServiceScenario)[] = [
        ...(await loadScenarios(BUILT_IN_SCENARIOS)),
        ...(await loadServiceScenarios()),
        ...(await loadScenarios(SSH_SCENARIOS)),
      ];
      if (flags.scenarios !== undefined) {
        scenarios.push(...(await loadScenarios(flags.scenarios, scenarios)));
        scenarios.push(...(await loadServiceScenarios(flags.scenarios)));
      }
      const name = id.split('@')[0];
      const found = scenarios.find((scenario) => scenario.id === name);
      if (found === undefined) {
        throw new UsageError(
          `There is no scenario '${name}'; tunnel-testbed verify --list lists all scenarios`,
        );
      }
      process.stdout.write(`${explain(found)}\n`);
    });
}
