/**
 * `tunnel-testbed/scenarios`: what scenarios are written in. The page docs/writing-scenarios.md tells all of it; what runs
 * them is `tunnel-testbed/scenario-runner`.
 */
export {
  type ClientScenario,
  type Needs,
  type Role,
  type Scenario,
  type ServiceScenario,
  scenario,
  serviceScenario,
} from './engine/scenario.js';
export { RawPeer, type Refusal } from './service-role/raw-peer.js';
export { ServiceStage } from './service-role/service-stage.js';
export { AppSocket } from './trial/app-socket.js';
export { Application } from './trial/application.js';
export type { Blame, Blamed, Complaint } from './trial/blame.js';
export { ClientUnderTest } from './trial/client.js';
export { ClientSocket } from './trial/client-socket.js';
export type { Handshake, HandshakeAnswer } from './trial/handshake.js';
export { LiveStream, type StreamIds } from './trial/live-stream.js';
export { otherId } from './trial/other-id.js';
export { Queue } from './trial/queue.js';
export { race as firstOf } from './trial/race.js';
export { ScriptedService } from './trial/scripted-service.js';
export { heldMemory, openDescriptors } from './trial/system.js';
export { type Direction, Transfer } from './trial/transfer.js';
/** The name that {@link Trial} had before. @deprecated */
export { type Opening, type Survival, Trial, Trial as Stage } from './trial/trial.js';
export { Wait } from './trial/wait.js';
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
export { ARRIVALS, type Arrival, arrange, cut, fragments } from './wire/arrival.js';
export { framed } from './wire/framed.js';
export { binary, closePayload, encodeServerFrame, Opcode, type ServerFrame } from './wire/server-frames.js';
