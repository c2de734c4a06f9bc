/**
 * `tunnel-testbed/scenario-runner`: judges any tunnel client by the rules of the protocol. It also exports what
 * `tunnel-testbed/scenarios` exports: in 0.1 scenarios were written with this subpath.
 */
export {
  type Address,
  AttachedAdapter,
  type AttachedOptions,
  type ClientAdapter,
  type ClientDefinition,
  CommandAdapter,
  clientDefinition,
  clientDefinitionSchema,
  type Declarations,
  DefinitionError,
  type Exit,
  LEAST_CLAIMED,
  OwnProxies,
  type RunningClient,
  readClientDefinition,
  type Standing,
  type StartRequest,
} from './adapters/index.js';
export {
  BUILT_IN_SCENARIOS,
  exitStatusOf,
  type Instance,
  instancesOf,
  loadScenarios,
  loadServiceScenarios,
  runSuite,
  runSuite as runServiceSuite,
  ScenarioFileError,
  type ScenarioResult,
  type Selection,
  type ServiceSuiteOptions,
  SSH_SCENARIOS,
  type SuiteOptions,
  type SuiteResult,
  selectService,
  serviceInstancesOf,
  topicOf,
} from './engine/index.js';
export {
  BaselineError,
  type DistinctDefect,
  distinctDefects,
  evidenceLines,
  explain,
  formatReport,
  jsonReportSchema,
  linkOf,
  REPORT_FORMATS,
  type Repeatable,
  type ReportFormat,
  transcriptText,
  worseThan,
} from './report/index.js';
export * from './scenarios.js';
export {
  hintFor,
  type OpenTunnel,
  OpenTunnelError,
  openTunnelByAwsJson,
  openTunnelByCommand,
  openTunnelFromList,
  type ServiceUnderTest,
  type TunnelTokens,
} from './service-role/index.js';
export {
  freePort,
  race,
} from './trial/index.js';
export {
  type Defect,
  type ReasonCode,
  severityOf,
  type Verdict,
  type WireBytes,
} from './verdicts/index.js';
