/**
 * Returns bytes that may be kept for a long time. A view of a large buffer keeps the whole buffer in memory, but limits
 * count only the view. So if the buffer is more than twice as large as the view, the bytes are copied.
 */
export function unpinned(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= 2 * bytes.length) return bytes;
  // Not `allocUnsafe`: it may use node's pool, which is itself a large buffer.
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  copy.set(bytes);
  return copy;
}
