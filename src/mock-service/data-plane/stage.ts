/** Passes bytes on towards the receiver; nearly always a whole frame, but a fault may make it anything. */
export type PassOn = (bytes: Buffer) => void;

/**
 * Something that works on the frames of one direction of a tunnel: what a fault is made of. Frames come in order, whole,
 * already judged, length prefix included. They are live buffers: copy before changing one.
 */
export interface Stage {
  /** Bytes it keeps for later. They count as not yet delivered, so that what it delays stays bounded. */
  readonly heldBytes: number;
  /** A frame on its way: pass it on now, later, changed, twice, or not at all. */
  frame(frame: Buffer, passOn: PassOn): void;
  /** It is being taken away: hand on what it holds, unless losing is its job. */
  flush(passOn: PassOn): void;
  /** The receiver is gone: what it holds has nowhere to go, and must not reach the next receiver. */
  discard(): void;
}
