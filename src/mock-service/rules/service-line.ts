import type { MessageFormat, MessageScanner } from '../../protocol/index.js';
import { BoundedIds, type Room } from './bounded-ids.js';

/** A stream in progress. */
export interface LiveStream {
  readonly streamId: number;
  /** The format of its STREAM_START (X3). */
  readonly format: MessageFormat;
  /** Ids of the connections that are open (V3), as far as the relayed messages tell. */
  readonly connections: Set<number>;
  /** When the stream was started, in milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * One service of a tunnel, with its current stream and the ids of its earlier streams. The streams without service id
 * (V1) together have one line too. Several services may use the same stream id, so each service has its own line.
 */
export class ServiceLine {
  /** The service id in UTF-8. It is compared byte for byte, so that no string has to be made for DATA. */
  readonly bytes: Uint8Array;
  current: LiveStream | undefined;
  /** The current stream's id; 0 if there is none. It is a field of its own because every DATA reads it. */
  currentId = 0;
  /** Whether the current stream may carry connection ids. */
  currentIsV3 = false;
  /** Whether a stream of format V3 was started since the destination connected. */
  destinationSawV3 = false;
  readonly #earlier: BoundedIds;

  constructor(
    readonly serviceId: string,
    room: Room,
  ) {
    this.bytes = new TextEncoder().encode(serviceId);
    this.#earlier = new BoundedIds(room);
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

  /** Whether a stream with this id was started here. It is also true if the id may have been forgotten. */
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
