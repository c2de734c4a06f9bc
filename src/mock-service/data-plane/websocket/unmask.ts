import { createRequire } from 'node:module';

type Unmask = (bytes: Buffer, mask: Buffer) => void;

/** With fewer bytes, the call into native code costs more than it saves. */
const NATIVE_FROM_BYTES = 48;

const native = loadNative();

/** Removes a client's mask, in place (RFC 6455 5.3). `mask` starts with the byte for `bytes[0]`. */
export function unmask(bytes: Buffer, mask: Buffer): void {
  if (native !== undefined && bytes.length >= NATIVE_FROM_BYTES) native(bytes, mask);
  else unmaskHere(bytes, mask);
}

function unmaskHere(bytes: Buffer, mask: Buffer): void {
  for (let i = 0; i < bytes.length; i++) bytes[i]! ^= mask[i & 3]!;
}

/** bufferutil is optional: without it, unmasking is only slower. */
function loadNative(): Unmask | undefined {
  try {
    const { unmask } = createRequire(import.meta.url)('bufferutil') as { unmask: Unmask };
    return unmask;
  } catch {
    return undefined;
  }
}
