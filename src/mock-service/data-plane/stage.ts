/** Passes bytes on towards the receiver. Nearly always they are a whole frame, but a fault may pass on any bytes. */
export type PassOn = (bytes: Buffer) => void;

/**
 * A stage works on the bytes of one direction of a tunnel. Faults are made of stages. A stage has one of two places:
 *
 * - `frames`, in the link: it gets whole tunnel frames in order, length prefix included. They have been judged.
 * - `wire`, after the write batch: it gets the bytes that would be written to the receiver's socket, WebSocket headers
 *   included. Its pieces may begin and end anywhere.
 *
 * The bytes are live buffers: copy them before changing them.
 */
export interface Stage {
  /** Where the stage works. Default: `frames`. */
  readonly place?: 'frames' | 'wire';
  /**
   * How many bytes the stage keeps for later. They count as not yet delivered, so the sender is paused if they are too
   * many.
   */
  readonly heldBytes: number;
  /** Takes a frame, or bytes of the wire. It may pass them on now, later, changed, twice, or not at all. */
  frame(frame: Buffer, passOn: PassOn): void;
  /**
   * For a stage of the wire: the socket takes more bytes again. A stage that does not wait for this can fill the memory
   * if the client does not read.
   */
  drained?(): void;
  /** Called when the stage is removed. It passes on the bytes that it holds, unless its purpose is to lose bytes. */
  flush(passOn: PassOn): void;
  /** Called when the receiver is gone. The stage drops the bytes that it holds: they must not reach the next receiver. */
  discard(): void;
}

/** Passes bytes of the wire on towards the socket. */
export type WriteWire = (bytes: Uint8Array) => void;

/** Makes a stage of the wire from one function. Bytes that the function keeps are not counted. */
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
