/**
 * `tunnel-testbed/mock-service`: the AWS IoT Secure Tunneling service, in this process.
 *
 * `startMockService(options)` gives a {@link StartedMockService}; `openTunnel` gives a tunnel and its two tokens; a
 * {@link Session} is one connected side and can be told what to do.
 */

export {
  bytesOf,
  type CaptureOptions,
  type Captures,
  fromFields,
  type MessageFields,
  type StartedCapture,
  toFields,
} from './capture/index.js';
export { defaultStateDir } from './certificates/authority.js';
export type { Enforcement, ResetOnPeerLoss } from './data-plane/context.js';
export type { HandshakeScript } from './data-plane/handshake-script.js';
export type { Link } from './data-plane/link.js';
export type { FrameMatcher, ReceivedFrame } from './data-plane/observation.js';
export type { Reframing } from './data-plane/reframing.js';
export type { Session } from './data-plane/session.js';
export type { PassOn, Stage } from './data-plane/stage.js';
export {
  addWireStage,
  DelayLine,
  defineFault,
  FAULT_KINDS,
  type FaultChange,
  type FaultEnvironment,
  FaultError,
  type FaultErrorCode,
  type FaultKind,
  type FaultRegistry,
  type FaultSpec,
  type FaultView,
  SelectedFrames,
  selection,
  selectionSchema,
} from './faults/index.js';
export type { Notification } from './notifications/index.js';
export { type RuntimeOptions, type ServiceOptions, serviceOptionsSchema } from './options.js';
export { startMockService } from './service.js';
export type { StartedMockService } from './started-service.js';
export {
  AdvanceableClock,
  type Clock,
  type OpenedTunnel,
  type OpenTunnelInput,
  ServiceError,
  type ServiceErrorCode,
  type ServiceEvent,
  type ServiceEventName,
  type ServiceEvents,
  type SideState,
  type Tunnel,
} from './tunnels/index.js';
