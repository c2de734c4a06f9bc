import { formatOfStart, type MessageFormat, type MessageScanner, type Side } from '../../protocol/index.js';
import type { EventHub } from '../kit/index.js';
import { type LiveStream, ServiceLine } from './service-line.js';

/** How a live stream is addressed, and what is needed to send it a STREAM_RESET in its own format (S15). */
export interface StreamAddress {
  /** Empty where the stream was started without one (V1). */
  readonly serviceId: string;
  readonly streamId: number;
  readonly format: MessageFormat;
}

/** A live stream as shown to the outside. */
export interface StreamView extends StreamAddress {
  readonly connectionIds: readonly number[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** Ended streams whose ids are remembered, a service. Beyond that every unknown id gets the benefit of the doubt. */
const EARLIER_STREAMS_KEPT = 10_000;
/** Service ids followed in a tunnel, and their longest: a tunnel opened without services takes any name. */
const LINES_KEPT = 256;
const LONGEST_SERVICE_ID = 128;
/** Connections followed in a stream; more are relayed all the same. */
const CONNECTIONS_KEPT = 10_000;

export interface StreamLedgerOptions {
  readonly tunnelId: string;
  /** The tunnel's service ids as they are now. */
  readonly services: () => readonly string[];
  readonly events: EventHub;
  readonly now: () => number;
}

/** How one side has been naming services since it connected (M8). */
export interface SideHabit {
  /** It has sent, or (a destination) been sent, a STREAM_START with a service id. */
  sawNamedStart: boolean;
  sawUnnamedStart: boolean;
  /** A destination has put a service id on a message of its own: so it is no V1 peer. */
  named: boolean;
  /** How the last STREAM_START was named. */
  lastStartNamed: boolean | undefined;
}

function newHabit(): SideHabit {
  return { sawNamedStart: false, sawUnnamedStart: false, named: false, lastStartNamed: undefined };
}

/** The streams of one tunnel as the service sees them pass: bookkeeping alone, judging is `judgeFrame`'s. */
export class StreamLedger {
  readonly lines: ServiceLine[] = [];
  readonly habits: Record<Side, SideHabit> = { source: newHabit(), destination: newHabit() };
  /** The line of each side's last message: nearly always the next one's too. */
  readonly lastLine: Record<Side, ServiceLine | undefined> = { source: undefined, destination: undefined };
  /** More service ids were used than are followed: a name that is not known may have been started. */
  forgotLines = false;
  readonly #options: StreamLedgerOptions;

  constructor(options: StreamLedgerOptions) {
    this.#options = options;
  }

  get services(): readonly string[] {
    return this.#options.services();
  }

  /** Streams that are live now. */
  liveStreams(): StreamView[] {
    return this.lines.flatMap(({ serviceId, current }) => {
      if (current === undefined) return [];
      const { streamId, format, connections, startedAt } = current;
      return [{ serviceId, streamId, format, connectionIds: [...connections], startedAt }];
    });
  }

  /** A side has a new WebSocket: what the old one did does not bind it (M8 and M13 are rules of one session). */
  sessionStarted(side: Side): void {
    this.habits[side] = newHabit();
    if (side === 'source') return;
    for (const line of this.lines) line.destinationSawV3 = false;
  }

  /**
   * A side's WebSocket is gone or replaced. Returns the streams that were live. A source's end with it (S13); a
   * destination's go on in the source's eyes until it is sent STREAM_RESET and {@link endStream} is called.
   */
  sessionEnded(side: Side): StreamAddress[] {
    const live = this.liveStreams().map(({ serviceId, streamId, format }) => ({
      serviceId,
      streamId,
      format,
    }));
    if (side === 'source') for (const line of this.lines) this.end(line, 'service');
    return live;
  }

  /** Ends a stream that the service has reset; does nothing where it is not the service's current one. */
  endStream(serviceId: string, streamId: number): void {
    const line = this.lines.find((candidate) => candidate.serviceId === serviceId);
    if (line?.currentId === streamId) this.end(line, 'service');
  }

  /** The line that a message with a service id names. */
  named(scanner: MessageScanner, bytes: Uint8Array): ServiceLine | undefined {
    for (const line of this.lines) if (line.isNamedIn(scanner, bytes)) return line;
    return undefined;
  }

  /**
   * The line that a message belongs to. Without service id that is the stream without one, else the tunnel's only
   * stream of that id (V1 peers of a V2 source); undefined where nothing or too much fits.
   */
  resolve(scanner: MessageScanner, bytes: Uint8Array): ServiceLine | undefined {
    const own = this.named(scanner, bytes);
    if (scanner.serviceIdLength > 0 || own?.currentId === scanner.streamId) return own;
    let only: ServiceLine | undefined;
    for (const line of this.lines) {
      if (line.currentId !== scanner.streamId) continue;
      if (only !== undefined) return undefined;
      only = line;
    }
    return only ?? own;
  }

  /** STREAM_START: the new stream replaces the service's older one. */
  start(scanner: MessageScanner, bytes: Uint8Array): void {
    this.#noteNaming(scanner.serviceIdLength > 0);
    const line = this.named(scanner, bytes) ?? this.#addLine(scanner.serviceId());
    if (line === undefined) return;
    this.end(line, 'source');
    const { streamId, connectionId } = scanner;
    const { serviceId } = line;
    const format = formatOfStart({ serviceId, connectionId });
    const connections = new Set(connectionId === 0 ? [] : [connectionId]);
    const stream: LiveStream = { streamId, format, connections, startedAt: this.#options.now() };
    line.start(stream);
    const { tunnelId, events } = this.#options;
    events.emit('stream-started', { tunnelId, serviceId, streamId, connectionId, format });
  }

  end(line: ServiceLine, by: Side | 'service'): void {
    if (line.current === undefined) return;
    const { streamId } = line.current;
    line.end();
    const { tunnelId, events } = this.#options;
    events.emit('stream-ended', { tunnelId, serviceId: line.serviceId, streamId, by });
  }

  startConnection(line: ServiceLine, connectionId: number): void {
    const stream = line.current!;
    if (connectionId === 0 || stream.connections.has(connectionId)) return;
    if (stream.connections.size >= CONNECTIONS_KEPT) return;
    stream.connections.add(connectionId);
    const { tunnelId, events } = this.#options;
    const { streamId } = stream;
    events.emit('connection-started', { tunnelId, serviceId: line.serviceId, streamId, connectionId });
  }

  endConnection(line: ServiceLine, connectionId: number, by: Side): void {
    const stream = line.current!;
    if (!stream.connections.delete(connectionId)) return;
    const { tunnelId, events } = this.#options;
    const { streamId } = stream;
    events.emit('connection-ended', { tunnelId, serviceId: line.serviceId, streamId, connectionId, by });
  }

  #noteNaming(named: boolean): void {
    for (const habit of [this.habits.source, this.habits.destination]) {
      if (named) habit.sawNamedStart = true;
      else habit.sawUnnamedStart = true;
    }
    this.habits.source.lastStartNamed = named;
  }

  #addLine(serviceId: string): ServiceLine | undefined {
    if (this.lines.length >= LINES_KEPT || serviceId.length > LONGEST_SERVICE_ID) {
      this.forgotLines = true;
      return undefined;
    }
    const line = new ServiceLine(serviceId, EARLIER_STREAMS_KEPT);
    this.lines.push(line);
    return line;
  }
}
