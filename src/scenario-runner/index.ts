/**
 * `tunnel-testbed/scenario-runner`: judges any tunnel client by the rules of the protocol.
 */
export {
  type Address,
  type ClientAdapter,
  type Declarations,
  type Exit,
  LEAST_CLAIMED,
  type RunningClient,
  type Standing,
  type StartRequest,
} from './adapters/adapter.js';
export { AttachedAdapter, type AttachedOptions } from './adapters/attached.js';
export { CommandAdapter } from './adapters/command.js';
export {
  type ClientDefinition,
  clientDefinition,
  clientDefinitionSchema,
  DefinitionError,
} from './adapters/definition.js';
export { OwnProxies } from './adapters/own-proxies.js';
export { readClientDefinition } from './adapters/read-definition.js';
export { type Instance, instancesOf, type Selection, selectService } from './engine/instances.js';
export {
  BUILT_IN_SCENARIOS,
  loadScenarios,
  loadServiceScenarios,
  ScenarioFileError,
  SSH_SCENARIOS,
} from './engine/load-scenarios.js';
export type { ServiceSuiteOptions, SuiteOptions } from './engine/options.js';
export type { ScenarioResult, SuiteResult } from './engine/result.js';
export { exitStatusOf, runSuite, runSuite as runServiceSuite } from './engine/run-suite.js';
export {
  type ClientScenario,
  type Needs,
  type Role,
  type Scenario,
  type ServiceScenario,
  scenario,
  serviceScenario,
  topicOf,
} from './engine/scenario.js';
export { BaselineError, worseThan } from './report/baseline.js';
export { type DistinctDefect, distinctDefects } from './report/defects.js';
export { explain } from './report/explain.js';
export { formatReport, REPORT_FORMATS, type ReportFormat } from './report/index.js';
export { jsonReportSchema } from './report/json.js';
export { transcriptText } from './report/transcript-text.js';
export {
  hintFor,
  type OpenTunnel,
  OpenTunnelError,
  openTunnelByAwsJson,
  type TunnelTokens,
} from './service-role/open-tunnel.js';
export { openTunnelByCommand, openTunnelFromList } from './service-role/other-tunnels.js';
export { RawPeer, type Refusal } from './service-role/raw-peer.js';
export { ServiceStage, type ServiceUnderTest } from './service-role/service-stage.js';
export { AppSocket } from './trial/app-socket.js';
export { ClientSocket } from './trial/client-socket.js';
export { freePort } from './trial/free-port.js';
export type { Handshake, HandshakeAnswer } from './trial/handshake.js';
export { LiveStream, type StreamIds } from './trial/live-stream.js';
export { otherId } from './trial/other-id.js';
export { race } from './trial/race.js';
export { heldMemory, openDescriptors } from './trial/system.js';
export { type Direction, Transfer } from './trial/transfer.js';
/** The name that {@link Trial} had in 0.1. @deprecated */
export { Trial, Trial as Stage } from './trial/trial.js';
export { Crash, Finding, type Force, Skip, type SkipCode } from './verdicts/finding.js';
export {
  ownSymptom,
  SYMPTOMS,
  type Symptom,
  type SymptomCode,
  type SymptomName,
  symptom,
} from './verdicts/symptoms.js';
export { TRIGGERS, type Trigger, type TriggerCode } from './verdicts/triggers.js';
export { type Defect, type ReasonCode, severityOf, type Verdict } from './verdicts/verdict.js';
export { ARRIVALS, type Arrival, arrange, cut, fragments } from './wire/arrival.js';
export { framed } from './wire/framed.js';
export { binary, closePayload, encodeServerFrame, Opcode, type ServerFrame } from './wire/server-frames.js';
