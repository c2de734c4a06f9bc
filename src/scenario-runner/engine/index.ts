export {
  type Instance,
  instancesOf,
  type Selection,
  selectService,
  serviceInstancesOf,
} from './instances.js';
export {
  BUILT_IN_SCENARIOS,
  loadScenarios,
  loadServiceScenarios,
  ScenarioFileError,
  SSH_SCENARIOS,
} from './load-scenarios.js';
export type { ServiceSuiteOptions, SuiteOptions } from './options.js';
export type { ScenarioResult, SuiteResult } from './result.js';
export { exitStatusOf, runSuite } from './run-suite.js';
export {
  type ClientScenario,
  type Needs,
  type Role,
  type Scenario,
  type ServiceScenario,
  scenario,
  serviceScenario,
  topicOf,
} from './scenario.js';
