/** The rules about frames and streams: what each frame is held against, and the streams that it is held against. */

export type { BrokenRule } from './broken-rule.js';
export { type Close, type Closes, closesSchema, DEFAULT_CLOSES } from './closes.js';
export { judgeFrame } from './judge-frame.js';
export { fitServiceIds, MAX_SERVICE_IDS, serviceIdsSchema } from './service-ids.js';
export { type StreamAddress, StreamLedger, type StreamView } from './stream-ledger.js';
export { trackFrame } from './track-frame.js';
