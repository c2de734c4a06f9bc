/** Plays one side of a recording to a live peer (docs/captures.md). */
export { type Conversation, type ConversationChoice, pickConversation } from './conversation.js';
export {
  type ConnectedPeer,
  type ConnectOptions,
  connectToLiveService,
  type ListenOptions,
  type LiveListener,
  listenForLiveClient,
} from './live-peer.js';
export { type Departure, type LivePeer, type ReplayOptions, type ReplayReport, replay } from './replay.js';
