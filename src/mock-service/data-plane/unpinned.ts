/**
 * Bytes that may be kept for long. A small piece of a large buffer keeps all of that in memory, which no limit would
 * count: where more than half would be kept for nothing, the bytes are copied.
 */
export function unpinned(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= 2 * bytes.length) return bytes;
  // Not from node's pool, which is such a large buffer itself.
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
