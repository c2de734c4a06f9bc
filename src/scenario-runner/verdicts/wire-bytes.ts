/** Bytes shown of what crossed the wire. */
const SHOWN_BYTES = 64;

/** What crossed the wire at the moment that decided a verdict: the beginning of its bytes, and what they say. */
export interface WireBytes {
  readonly from: 'client' | 'service';
  /** The bytes decoded, or what they are where they cannot be. */
  readonly what: string;
  /** The first 64 bytes in hex: tunnel frames with their length, or WebSocket frames where it is about those. */
  readonly hex: string;
  /** How many there were. */
  readonly length: number;
}

/** The beginning of what crossed the wire. */
export function wireBytes(from: WireBytes['from'], what: string, bytes: Uint8Array): WireBytes {
  const head = bytes.subarray(0, SHOWN_BYTES);
  return { from, what, hex: Buffer.from(head).toString('hex'), length: bytes.length };
}
