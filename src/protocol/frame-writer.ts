import { encodeFrame, frameLength, writeFrame } from './encode.js';
import { MAX_PAYLOAD_BYTES } from './limits.js';
import { type Message, MessageType, message } from './message.js';

/** Encodes several messages back to back, as one chunk of the byte stream. */
export function encodeFrames(messages: readonly Message[]): Uint8Array {
  if (messages.length === 1) return encodeFrame(messages[0]!);
  let length = 0;
  for (const value of messages) length += frameLength(value);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const value of messages) at = writeFrame(value, bytes, at);
  return bytes;
}

/** The fields that all DATA messages of one connection have in common. */
export interface DataAddress {
  readonly streamId: number;
  readonly serviceId?: string;
  readonly connectionId?: number;
}

/**
 * Encodes bytes of any length as DATA frames, back to back in one chunk. Each frame has at most `maxPayload` bytes of
 * payload (M3). An empty payload gives no frames.
 */
export function encodeData(
  address: DataAddress,
  payload: Uint8Array,
  maxPayload: number = MAX_PAYLOAD_BYTES,
): Uint8Array {
  const messages: Message[] = [];
  for (let at = 0; at < payload.length; at += maxPayload) {
    messages.push(
      message({ ...address, type: MessageType.DATA, payload: payload.subarray(at, at + maxPayload) }),
    );
  }
  return encodeFrames(messages);
}
