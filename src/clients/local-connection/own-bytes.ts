/** If the rest of a payload's buffer has at most this many bytes, the payload is not copied. */
const MAX_PINNED_BYTES = 256 * 1024;

/**
 * Returns bytes that may be kept for a long time. A payload is a view of its WebSocket message, and keeps the whole
 * message in memory. If the rest of the message is large, the payload is copied.
 */
export function ownBytes(payload: Uint8Array): Uint8Array {
  return payload.buffer.byteLength - payload.length > MAX_PINNED_BYTES ? Uint8Array.from(payload) : payload;
}
