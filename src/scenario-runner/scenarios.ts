/**
 * `tunnel-testbed/scenarios`: everything for writing scenarios. docs/writing-scenarios.md describes all of it.
 * `tunnel-testbed/scenario-runner` runs scenarios.
 */
export {
  type ClientScenario,
  type Needs,
  type Role,
  type Scenario,
  type ServiceScenario,
  scenario,
  serviceScenario,
} from './engine/index.js';
export {
  type Asking,
  RawPeer,
  type Refusal,
  ServiceTrial,
  /** The name that {@link ServiceTrial} had in 0.1. @deprecated */
  ServiceTrial as ServiceStage,
} from './service-role/index.js';
export {
  Application,
  AppSocket,
  type Blame,
  type Blamed,
  ClientSocket,
  ClientUnderTest,
  type Complaint,
  type Direction,
  type Handshake,
  type HandshakeAnswer,
  heldMemory,
  LiveStream,
  type Opening,
  openDescriptors,
  otherId,
  Queue,
  race as firstOf,
  ScriptedService,
  type StreamIds,
  type Survival,
  Transfer,
  Trial,
  /** The name that {@link Trial} had in 0.1. @deprecated */
  Trial as Stage,
  Wait,
} from './trial/index.js';
export {
  Crash,
  Finding,
  type Force,
  ownSymptom,
  Skip,
  type SkipCode,
  SYMPTOMS,
  type Symptom,
  type SymptomCode,
  type SymptomName,
  symptom,
  TRIGGERS,
  type Trigger,
  type TriggerCode,
} from './verdicts/index.js';
export {
  ARRIVALS,
  type Arrival,
  arrange,
  binary,
  closePayload,
  cut,
  encodeServerFrame,
  fragments,
  framed,
  Opcode,
  type ServerFrame,
} from './wire/index.js';
