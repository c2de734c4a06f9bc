/**
 * `tunnel-testbed/recordings`: what to do with a capture once the service has written it (docs/captures.md).
 *
 * `readCapture(text)` gives its entries; `exportPcapng` turns them into a file for Wireshark; `replay` plays one side of
 * it to a live client or service.
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
