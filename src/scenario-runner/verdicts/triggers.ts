import { messageTypeName } from '../../protocol/index.js';

/** What a symptom followed from, by its code, in words that go behind "after". */
export const TRIGGERS = {
  DATA: 'DATA',
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
  'change-of-format': 'a change of format',
  'text-message': 'a text message',
  'data-of-an-unknown-connection': 'DATA of an unknown connection',
  'flood-of-pings': 'a flood of pings',
  'flood-of-starts': 'a flood of starts',
  'frame-of-length-0': 'a frame of length 0',
  'local-tcp-reset': 'a local TCP reset',
  'message-of-an-unknown-type': 'a message of an unknown type',
  'message-that-does-not-parse': 'a message that does not parse',
  'message-without-connection-id': 'a message without connection id',
  'payload-over-64512-bytes': 'a payload over 64512 bytes',
  'second-application': 'a second application',
  'second-end-of-a-stream': 'a second end of a stream',
  'start-of-an-unknown-service': 'a start of an unknown service',
  'invalid-frame': 'an invalid frame',
  'unknown-field': 'an unknown field',
  'applications-that-closed-at-once': 'applications that closed at once',
  'ends-that-crossed': 'ends that crossed',
  'half-a-frame': 'half a frame',
  'messages-of-a-stream-that-is-over': 'messages of a stream that is over',
  'messages-of-no-stream': 'messages of no stream',
  'unnamed-messages': 'unnamed messages',
  'certificate-another-ca': 'a certificate of another CA',
  'certificate-another-name': 'a certificate for another name',
  'certificate-expired': 'a certificate that has expired',
  'certificate-not-yet-valid': 'a certificate that is not valid yet',
  'tcp-alone': 'TCP was taken and TLS or HTTP not answered',
  'no-answer': 'its handshake was not answered',
  'close-unanswered': 'its close frame was not answered',
  'stale-DATA': 'stale DATA',
  'stale-STREAM_RESET': 'a stale STREAM_RESET',
  'stale-CONNECTION_RESET': 'a stale CONNECTION_RESET',
  'connection-reset-of-an-unknown-connection': 'CONNECTION_RESET of an unknown connection',
  'further-connection': 'a further connection',
  'local-close': 'a local close',
  'unread-bytes': 'bytes that the application does not read',
  'target-that-refuses': 'a dial that was refused',
  'target-that-is-silent': 'a dial that was not answered',
  'refused-with-4xx': 'a refusal with 4xx',
  'refused-with-5xx': 'a refusal with 5xx',
  sigterm: 'SIGTERM',
  'empty-data': 'DATA without payload',
  'largest-payload': 'a payload of 64512 bytes',
  'stream-id-0': 'a message with stream id 0',
  'data-of-an-unknown-service': 'DATA of an unknown service',
  'zeros-written-out': 'a message whose fields of value 0 are written out',
  'ignorable-message': 'a message that is marked ignorable',
  'extreme-ids': 'a message with an id at the end of the range',
  'split-in-length': 'a message cut in its length',
  'split-in-header': 'a message cut in its head',
  'split-in-payload': 'a message cut in its payload',
  bytewise: 'a message that came byte by byte',
  'merged-with-before': 'a message behind another one in a WebSocket message',
  'merged-with-after': 'a message before another one in a WebSocket message',
  'merged-with-both': 'a message between others in a WebSocket message',
  'continuation-frames': 'a message in continuation frames',
  'continuation-with-pings': 'a message in continuation frames with pings between them',
  'pings-between-messages': 'a message in pieces with pings between them',
  'empty-messages-around': 'a message in pieces with empty WebSocket messages between them',
} as const;

export type TriggerCode = keyof typeof TRIGGERS;

/** What a symptom followed from, where the catalogue has no code for it. */
export interface Trigger {
  readonly code: string;
  /** Goes behind "after". */
  readonly text: string;
}

/** The trigger of a code: of the catalogue, or a scenario author's own, whose text is not kept. */
export function triggerNamed(code: string): Trigger {
  return { code, text: code in TRIGGERS ? TRIGGERS[code as TriggerCode] : code };
}

/** A message of a type, as what a symptom followed from. */
export function messageOf(type: number): Trigger {
  const name = messageTypeName(type);
  return { code: name, text: name };
}
