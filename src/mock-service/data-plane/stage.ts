/** Passes bytes on towards the receiver; nearly always a whole frame, but a fault may make it anything. */
export type PassOn = (bytes: Buffer) => void;

/**
 * Something that works on one direction of a tunnel: what a fault is made of. It stands in one of two places:
 *
 * - `frames`, in the link: it gets tunnel frames in order, whole, already judged, length prefix included.
 * - `wire`, behind the write batch: it gets the bytes of the receiver's connection as they would be written to its
 *   socket, WebSocket headers included, in pieces that follow no boundary.
 *
 * Bytes are live buffers: copy before changing one.
 */
export interface Stage {
  /** Where it stands; `frames` unless given. */
  readonly place?: 'frames' | 'wire';
  /** Bytes it keeps for later. They count as not yet delivered, so that what it delays stays bounded. */
  readonly heldBytes: number;
  /** A frame on its way, or bytes of the wire: pass it on now, later, changed, twice, or not at all. */
  frame(frame: Buffer, passOn: PassOn): void;
  /** Of the wire: the socket takes more again. Passing on before that fills the memory where the client does not read. */
  drained?(): void;
  /** It is being taken away: hand on what it holds, unless losing is its job. */
  flush(passOn: PassOn): void;
  /** The receiver is gone: what it holds has nowhere to go, and must not reach the next receiver. */
  discard(): void;
}

/** Hands bytes of the wire on towards the socket. */
export type WriteWire = (bytes: Uint8Array) => void;

/** A stage of the wire that is one function, and keeps nothing that it tells of. */
export function wireStage(
  write: (bytes: Uint8Array, next: WriteWire) => void,
  flush: () => void = () => {},
): Stage {
  return {
    place: 'wire',
    heldBytes: 0,
    frame: (bytes, passOn) =>
      write(bytes, (out) => passOn(Buffer.from(out.buffer, out.byteOffset, out.length))),
    flush,
    discard: () => {},
  };
}
