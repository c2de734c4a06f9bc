/** The rules about frames and streams: they judge each frame against the protocol and against the tunnel's streams. */

export { Allowance } from './allowance.js';
export type { BrokenRule } from './broken-rule.js';
export { type Close, type Closes, closesSchema, DEFAULT_CLOSES } from './closes.js';
export { judgeFrame } from './judge-frame.js';
export { fitServiceIds, MAX_SERVICE_IDS, serviceIdsSchema } from './service-ids.js';
export { type StreamAddress, StreamLedger, type StreamView } from './stream-ledger.js';
export { trackFrame } from './track-frame.js';
