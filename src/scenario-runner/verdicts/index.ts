export { Crash, Finding, type Force, RunOver, Skip, type SkipCode } from './finding.js';
export {
  endedBy,
  endedInstead,
  ofMessage,
  ownSymptom,
  SYMPTOMS,
  type Symptom,
  type SymptomCode,
  type SymptomName,
  symptom,
  symptomOf,
} from './symptoms.js';
export { messageOf, TRIGGERS, type Trigger, type TriggerCode, triggerNamed } from './triggers.js';
export {
  type Defect,
  defectOf,
  defectOfError,
  gravest,
  identityOf,
  type ReasonCode,
  severityOf,
  severityRank,
  type Verdict,
} from './verdict.js';
export { type WireBytes, wireBytes } from './wire-bytes.js';
