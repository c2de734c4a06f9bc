import { formatOfStart, type MessageFormat, type MessageScanner, type Side } from '../../protocol/index.js';
import type { EventHub } from '../kit/index.js';
import type { Allowance } from './allowance.js';
import { type LiveStream, ServiceLine } from './service-line.js';

/** The address of a live stream, and its format. A STREAM_RESET for the stream needs both (S15). */
export interface StreamAddress {
  /** Empty if the stream was started without a service id (V1). */
  readonly serviceId: string;
  readonly streamId: number;
  readonly format: MessageFormat;
}

/** A live stream, as the API shows it. */
export interface StreamView extends StreamAddress {
  readonly connectionIds: readonly number[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** How many ids of ended streams and of connections a tunnel remembers. Beyond that, an unknown id counts as known. */
const IDS_KEPT = 20_000;
/** The cost of following a service id, counted in ids. */
const LINE_COST = 16;
/** Limits for the service ids that are followed in a tunnel. A tunnel opened without services accepts any name. */
const LINES_KEPT = 256;
const LONGEST_SERVICE_ID = 128;

export interface StreamLedgerOptions {
  readonly tunnelId: string;
  /** The tunnel's service ids as they are now. */
  readonly services: () => readonly string[];
  readonly events: EventHub;
  readonly now: () => number;
  /** The number of ids that all tunnels may remember together. */
  readonly remembered: Allowance;
}

/** How one side has named services since it connected (M8). */
export interface SideHabit {
  /** The source has sent, or the destination has received, a STREAM_START with a service id. */
  sawNamedStart: boolean;
  sawUnnamedStart: boolean;
  /** The side has put a service id on one of its own messages. A destination that did so is no V1 peer. */
  named: boolean;
  /** Whether the last STREAM_START had a service id. */
  lastStartNamed: boolean | undefined;
}

function newHabit(): SideHabit {
  return { sawNamedStart: false, sawUnnamedStart: false, named: false, lastStartNamed: undefined };
}

/** The streams of one tunnel, as the relayed messages show them. It only keeps records; `judgeFrame` judges. */
export class StreamLedger {
  readonly lines: ServiceLine[] = [];
  readonly habits: Record<Side, SideHabit> = { source: newHabit(), destination: newHabit() };
  /** The line of each side's last message. The next message nearly always has the same line. */
  readonly lastLine: Record<Side, ServiceLine | undefined> = { source: undefined, destination: undefined };
  /**
   * Whether more service ids were used than the ledger follows. Then a stream of an unknown name may have been started.
   */
  forgotLines = false;
  readonly #options: StreamLedgerOptions;
  /** The number of ids that this ledger remembers. */
  #remembered = 0;

  constructor(options: StreamLedgerOptions) {
    this.#options = options;
  }

  /** Whether so many more ids may be remembered. Connections beyond are relayed all the same. */
  take(count: number): boolean {
    if (this.#remembered + count > IDS_KEPT || !this.#options.remembered.take(count)) return false;
    this.#remembered += count;
    return true;
  }

  /** Forgets everything: the tunnel is closed. */
  release(): void {
    this.lines.length = 0;
    this.lastLine.source = undefined;
    this.lastLine.destination = undefined;
    this.#giveBack(this.#remembered);
  }

  get services(): readonly string[] {
    return this.#options.services();
  }

  /** The streams that are live now. */
  liveStreams(): StreamView[] {
    return this.lines.flatMap(({ serviceId, current }) => {
      if (current === undefined) return [];
      const { streamId, format, connections, startedAt } = current;
      return [{ serviceId, streamId, format, connectionIds: [...connections], startedAt }];
    });
  }

  /**
   * To be called when a side has a new WebSocket. The habits of the old one are forgotten: M8 and M13 apply to one
   * session.
   */
  sessionStarted(side: Side): void {
    this.habits[side] = newHabit();
    if (side === 'source') return;
    for (const line of this.lines) line.destinationSawV3 = false;
  }

  /**
   * To be called when a side's WebSocket is gone or replaced. Returns the streams that were live. If it was the source's,
   * they end with it (S13). If it was the destination's, they stay live for the source until the service resets them and
   * calls {@link endStream}.
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

  /** Ends a stream that the mock service has reset. Does nothing if it is not the current stream of its service id. */
  endStream(serviceId: string, streamId: number): void {
    const line = this.lines.find((candidate) => candidate.serviceId === serviceId);
    if (line?.currentId === streamId) this.end(line, 'service');
  }

  /** The line with the message's service id. A message without one gets the line of the streams without service id. */
  named(scanner: MessageScanner, bytes: Uint8Array): ServiceLine | undefined {
    for (const line of this.lines) if (line.isNamedIn(scanner, bytes)) return line;
    return undefined;
  }

  /**
   * The line that a message belongs to. A message without service id belongs to the stream without service id. If that
   * has another stream id, it belongs to the tunnel's only stream with its stream id (a V1 peer of a V2 source sends
   * this). Undefined if no line fits, or several do.
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
    const connections = new Set(connectionId === 0 || !this.take(1) ? [] : [connectionId]);
    const stream: LiveStream = { streamId, format, connections, startedAt: this.#options.now() };
    line.start(stream);
    const { tunnelId, events } = this.#options;
    events.emit('stream-started', { tunnelId, serviceId, streamId, connectionId, format });
  }

  end(line: ServiceLine, by: Side | 'service'): void {
    if (line.current === undefined) return;
    const { streamId, connections } = line.current;
    this.#giveBack(connections.size);
    line.end();
    const { tunnelId, events } = this.#options;
    events.emit('stream-ended', { tunnelId, serviceId: line.serviceId, streamId, by });
  }

  startConnection(line: ServiceLine, connectionId: number): void {
    const stream = line.current!;
    if (connectionId === 0 || stream.connections.has(connectionId)) return;
    if (!this.take(1)) return;
    stream.connections.add(connectionId);
    const { tunnelId, events } = this.#options;
    const { streamId } = stream;
    events.emit('connection-started', { tunnelId, serviceId: line.serviceId, streamId, connectionId });
  }

  endConnection(line: ServiceLine, connectionId: number, by: Side): void {
    const stream = line.current!;
    if (!stream.connections.delete(connectionId)) return;
    this.#giveBack(1);
    const { tunnelId, events } = this.#options;
    const { streamId } = stream;
    events.emit('connection-ended', { tunnelId, serviceId: line.serviceId, streamId, connectionId, by });
  }

  #giveBack(count: number): void {
    this.#remembered -= count;
    this.#options.remembered.giveBack(count);
  }

  #noteNaming(named: boolean): void {
    for (const habit of [this.habits.source, this.habits.destination]) {
      if (named) habit.sawNamedStart = true;
      else habit.sawUnnamedStart = true;
    }
    this.habits.source.lastStartNamed = named;
  }

  #addLine(serviceId: string): ServiceLine | undefined {
    if (this.lines.length >= LINES_KEPT || serviceId.length > LONGEST_SERVICE_ID || !this.take(LINE_COST)) {
      this.forgotLines = true;
      return undefined;
    }
    const line = new ServiceLine(serviceId, this);
    this.lines.push(line);
    return line;
  }
}
