/** The kit: time, events, random numbers and errors. Every other room of the service uses it. */
export { AdvanceableClock, type Clock, type Timer } from './clock.js';
export { ServiceError, type ServiceErrorCode } from './errors.js';
export {
  EventHub,
  type ServiceEvent,
  type ServiceEventName,
  type ServiceEvents,
  type TunnelCloseCause,
} from './events.js';
export { headerValues } from './header-values.js';
export type { Immutable } from './immutable.js';
export { logEvents } from './log.js';
export { cryptoRandom, newUuid, type RandomPurpose, type RandomSource, seededRandom } from './random.js';
export { type NumberSource, seededNumbers } from './seeded-numbers.js';
export type { TimeSources } from './time-sources.js';
export { SERVICE_NAME } from './version.js';
