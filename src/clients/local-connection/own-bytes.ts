/** Up to this many bytes that lie around a payload are kept with it rather than copied away from. */
const MAX_PINNED_BYTES = 256 * 1024;

/**
 * Bytes that may wait for long. A payload is a view of the WebSocket message it came in, and keeps all of that in memory:
 * where that is much, what is kept is a copy.
 */
export function ownBytes(payload: Uint8Array): Uint8Array {
  return payload.buffer.byteLength - payload.length > MAX_PINNED_BYTES ? Uint8Array.from(payload) : payload;
}
