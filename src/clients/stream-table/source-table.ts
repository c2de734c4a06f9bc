import { type Message, type MessageFormat, MessageType, message } from '../../protocol/index.js';
import { StreamTable } from './stream-table.js';
import type { Connection, Stream, TableActions } from './types.js';

/** The streams of a source. The source starts them and their connections. */
export class SourceTable extends StreamTable {
  readonly #randomStreamId: () => number;
  readonly #lastStreamIds = new Map<string, number>();
  /** The highest connection id of each live V3 stream. */
  readonly #lastConnectionIds = new WeakMap<Stream, number>();
  /** Services for which the peer answered without connection ids (X2). */
  readonly #plainPeers = new Set<string>();

  /** `randomStreamId` returns positive int32 values that are unlikely to repeat (S3). */
  constructor(format: MessageFormat, actions: TableActions, randomStreamId: () => number) {
    super(format, actions);
    this.#randomStreamId = randomStreamId;
  }

  /**
   * To be called when a TCP connection was accepted for a service. Sends the message that starts it at once (S3). If a
   * stream can have only one connection (in V1 and V2, or with a peer that speaks those), the new connection replaces
   * the old one.
   */
  open(service: string): Connection {
    const live = this.streams.get(service);
    if (live === undefined) return this.#startStream(service);
    if (live.format === 'V3' && !this.peerLacksConnections(live)) return this.#startConnection(live);
    this.resetStream(live);
    return this.#startStream(service);
  }

  override sessionLost(): void {
    this.#plainPeers.clear();
    super.sessionLost();
  }

  protected override onStreamStart(received: Message): void {
    // S6: the peer is a source too, which is an error.
    const stream = this.find(received);
    if (stream !== undefined) this.resetStream(stream);
    this.actions.failSession(1002, 'A source does not receive STREAM_START');
  }

  protected override onConnectionStart(received: Message): void {
    const stream = this.findCurrent(received);
    const connection = stream?.connections.get(this.connectionIdOf(stream, received));
    if (stream === undefined || connection === undefined) return;
    // S9: an error, which ends that connection.
    this.localClosed(connection);
    this.actions.close(connection);
  }

  protected override peerLacksConnections(stream: Stream): boolean {
    return this.#plainPeers.has(stream.service);
  }

  protected override onDataWithoutConnection(stream: Stream): void {
    this.#plainPeers.add(stream.service);
  }

  /** Starts a stream of one of the tunnel's services (M7), in one format for the whole session (M13). */
  #startStream(service: string): Connection {
    const firstConnectionId = this.format === 'V3' ? 1 : 0;
    const stream: Stream = {
      service,
      id: this.#newStreamId(service),
      format: this.format,
      wireServiceId: this.format === 'V1' ? '' : service,
      firstConnectionId,
      connections: new Map(),
    };
    this.streams.set(service, stream);
    return this.#begin(MessageType.STREAM_START, stream, firstConnectionId);
  }

  #startConnection(stream: Stream): Connection {
    let id = this.#lastConnectionIds.get(stream) ?? stream.firstConnectionId;
    do id = id >= 0xffff_ffff ? 1 : id + 1;
    while (stream.connections.has(id));
    return this.#begin(MessageType.CONNECTION_START, stream, id); // S9
  }

  #begin(type: number, stream: Stream, id: number): Connection {
    const connection: Connection = { stream, id };
    stream.connections.set(id, connection);
    this.#lastConnectionIds.set(stream, id);
    const { wireServiceId: serviceId } = stream;
    this.actions.send(message({ type, streamId: stream.id, serviceId, connectionId: id }));
    return connection;
  }

  #newStreamId(service: string): number {
    const last = this.#lastStreamIds.get(service);
    let id = this.#randomStreamId();
    while (id === last) id = this.#randomStreamId();
    this.#lastStreamIds.set(service, id);
    return id;
  }
}
