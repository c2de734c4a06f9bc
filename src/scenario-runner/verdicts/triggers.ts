/** What a symptom followed from, by its code, in words that go behind "after". */
export const TRIGGERS = {
  STREAM_START: 'STREAM_START',
  STREAM_RESET: 'STREAM_RESET',
  SESSION_RESET: 'SESSION_RESET',
  SERVICE_IDS: 'SERVICE_IDS',
  CONNECTION_START: 'CONNECTION_START',
  CONNECTION_RESET: 'CONNECTION_RESET',
  'named-stream-reset': 'a STREAM_RESET with service id',
  'unnamed-stream-reset': 'STREAM_RESET without service id',
  reset: 'a reset',
  'websocket-lost': 'its WebSocket was lost',
  'websocket-closed': 'its WebSocket was closed',
  'text-message': 'a text message',
} as const;

export type TriggerCode = keyof typeof TRIGGERS;

/** What a symptom followed from, where the catalogue has no code for it. */
export interface Trigger {
  readonly code: string;
  /** Goes behind "after". */
  readonly text: string;
}
