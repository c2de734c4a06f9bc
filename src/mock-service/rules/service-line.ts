import type { MessageFormat, MessageScanner } from '../../protocol/index.js';
import { BoundedIds } from './bounded-ids.js';

/** A stream in progress. */
export interface LiveStream {
  readonly streamId: number;
  /** Fixed by its STREAM_START (X3). */
  readonly format: MessageFormat;
  /** Connection ids that are open, as far as the service saw (V3). */
  readonly connections: Set<number>;
  /** When it was started, ms since the epoch. */
  readonly startedAt: number;
}

/**
 * One service of a tunnel, or the tunnel's streams without service id (V1): the stream it has now and the ids of
 * those it had. Equal stream ids on several services are legal, so each service has a line of its own.
 */
export class ServiceLine {
  /** The id as it lies on the wire: compared byte for byte, so that DATA needs no string. */
  readonly bytes: Uint8Array;
  current: LiveStream | undefined;
  /** The current stream's id, or 0: read on every DATA. */
  currentId = 0;
  /** Whether the current stream may carry connection ids. */
  currentIsV3 = false;
  /** Whether a stream of format V3 was started since the destination connected. */
  destinationSawV3 = false;
  readonly #earlier: BoundedIds;

  constructor(
    readonly serviceId: string,
    earlierKept: number,
  ) {
    this.bytes = new TextEncoder().encode(serviceId);
    this.#earlier = new BoundedIds(earlierKept);
  }

  start(stream: LiveStream): void {
    this.current = stream;
    this.currentId = stream.streamId;
    this.currentIsV3 = stream.format === 'V3';
    if (this.currentIsV3) this.destinationSawV3 = true;
  }

  end(): void {
    if (this.current === undefined) return;
    this.#earlier.add(this.current.streamId);
    this.current = undefined;
    this.currentId = 0;
    this.currentIsV3 = false;
  }

  /** Whether a stream of that id is or was started here, or may have been (only so many are remembered). */
  mayKnow(streamId: number): boolean {
    return streamId === this.currentId || this.#earlier.mayHave(streamId);
  }

  /** Whether the scanned message names this service. */
  isNamedIn(scanner: MessageScanner, bytes: Uint8Array): boolean {
    const own = this.bytes;
    if (scanner.serviceIdLength !== own.length) return false;
    const start = scanner.serviceIdStart;
    for (let i = 0; i < own.length; i++) if (bytes[start + i] !== own[i]) return false;
    return true;
  }
}
