export { ARRIVALS, type Arrival, arrange, cut, fragments } from './arrival.js';
export { type ClientFrame, ClientFrameReader, type FrameHeader } from './client-frames.js';
export { describeMessage, messageBytes, writtenBytes } from './describe.js';
export type { Breach } from './frame-rules.js';
export { framed } from './framed.js';
export { LiveIds } from './live-ids.js';
export { type Offence, WireMonitor } from './monitor.js';
export { binary, closePayload, encodeServerFrame, Opcode, type ServerFrame } from './server-frames.js';
export { breachOfUpgrade, type UpgradeBreach, WEBSOCKET_VERSION } from './upgrade-rules.js';
