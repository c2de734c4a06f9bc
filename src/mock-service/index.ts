/**
 * `tunnel-testbed/mock-service`: the AWS IoT Secure Tunneling service, in this process.
 *
 * `startMockService(options)` returns a {@link StartedMockService}. Its `openTunnel` returns a tunnel and its two
 * tokens. A {@link Session} is one connected side; it can be told what to do.
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
export { defaultStateDir } from './certificates/index.js';
export type {
  Enforcement,
  FrameMatcher,
  HandshakeScript,
  Link,
  PassOn,
  ReceivedFrame,
  Reframing,
  ResetOnPeerLoss,
  Session,
  Stage,
} from './data-plane/index.js';
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
export {
  AdvanceableClock,
  type Clock,
  ServiceError,
  type ServiceErrorCode,
  type ServiceEvent,
  type ServiceEventName,
  type ServiceEvents,
} from './kit/index.js';
export { type RuntimeOptions, type ServiceOptions, serviceOptionsSchema } from './options.js';
export { startMockService } from './service.js';
export type { StartedMockService } from './started-service.js';
export type { Notification, OpenedTunnel, OpenTunnelInput, SideState, Tunnel } from './tunnels/index.js';
