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
export { messageOf, TRIGGERS, type Trigger, type TriggerCode } from './triggers.js';
export {
  type Defect,
  defectOf,
  gravest,
  identityOf,
  type ReasonCode,
  severityOf,
  type Verdict,
} from './verdict.js';
