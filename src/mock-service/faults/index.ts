/** Faults: things that can be made to go wrong, each with a name (docs/faults.md, docs/creating-faults.md). */
export { atLeastOne, count, messageType, milliseconds, selection, selectionSchema } from './attributes.js';
export { DelayLine } from './delay-line.js';
export { FaultError, type FaultErrorCode } from './errors.js';
export { defineFault, type FaultEnvironment, type FaultKind, type Undo } from './kind.js';
export { FAULT_KINDS } from './kinds/index.js';
export { FaultRegistry, type FaultRegistryOptions } from './registry.js';
export { SelectedFrames, type Strike } from './selected-frames.js';
export {
  type FaultChange,
  type FaultSpec,
  type FaultView,
  faultChangeSchema,
  faultSpecSchema,
  faultViewSchema,
} from './spec.js';
export { addWireStage, type WireStage, type WriteWire } from './wire-chain.js';
