/** The data plane: handshakes, sessions, and the relay between them. */
export {
  type DataPlaneContext,
  type DataPlaneOptions,
  type Enforcement,
  enforcementSchema,
  type ResetOnPeerLoss,
  resetOnPeerLossSchema,
} from './context.js';
export { DataPlane } from './data-plane.js';
export { type HandshakeScript, handshakeScriptSchema } from './handshake-script.js';
export type { Link } from './link.js';
export type { FrameMatcher, ReceivedFrame } from './observation.js';
export {
  type Reframing,
  type ReframingInput,
  reframingSchema,
  settleReframing,
} from './reframing-schema.js';
export type { Session } from './session.js';
export { type PassOn, type Stage, type WriteWire, wireStage } from './stage.js';
export { unpinned } from './unpinned.js';
export { mayBeSent } from './websocket/opcodes.js';
