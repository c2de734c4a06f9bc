/**
 * `tunnel-testbed/recordings`: reads, exports and replays captures that the service has written (docs/captures.md).
 *
 * `readCapture(text)` returns the entries. `exportPcapng` makes a file for Wireshark from them. `replay` plays one side
 * to a live client or service.
 */
export { describeEntry, describeFields } from './describe-entry.js';
export { CaptureError, type CaptureErrorCode } from './errors.js';
export { exportPcapng } from './pcapng/export.js';
export {
  type Capture,
  type CapturedEvent,
  type CapturedFrame,
  type CaptureEntry,
  looksLikeCapture,
  readCapture,
} from './reader.js';
export { type Conversation, type ConversationChoice, pickConversation } from './replay/conversation.js';
export {
  type ConnectedPeer,
  type ConnectOptions,
  connectToLiveService,
  type ListenOptions,
  type LiveListener,
  listenForLiveClient,
} from './replay/live-peer.js';
export {
  type Departure,
  type LivePeer,
  type ReplayOptions,
  type ReplayReport,
  replay,
} from './replay/replay.js';
