import {
  type DataAddress,
  MAX_SERVICE_ID_LENGTH,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  messageTypeName,
} from '../../protocol/index.js';
import type { Connection, Stream, TableActions } from './types.js';

/**
 * The part of a stream table that both sides share: it handles received messages, and sends messages about streams. It
 * never sends SESSION_RESET or SERVICE_IDS (M5). It does no I/O; it calls the actions.
 */
export abstract class StreamTable {
  protected readonly actions: TableActions;
  /** The newest format that this client speaks. */
  protected readonly format: MessageFormat;
  protected readonly streams = new Map<string, Stream>();
  /** The tunnel's service ids. Undefined before SERVICE_IDS. */
  #services: ReadonlySet<string> | undefined;

  constructor(format: MessageFormat, actions: TableActions) {
    this.format = format;
    this.actions = actions;
  }

  /** Takes the ids of SERVICE_IDS, which may arrive several times (S1). Live streams go on (S14). */
  setServices(ids: readonly string[]): void {
    this.#services = new Set(ids);
  }

  /** Whether the services are known from SERVICE_IDS. */
  protected get knowsServices(): boolean {
    return this.#services !== undefined;
  }

  /** The active stream of a service, if there is one. */
  streamOf(service: string): Stream | undefined {
    return this.streams.get(service);
  }

  /** Handles any message except SERVICE_IDS. */
  receive(received: Message): void {
    switch (received.type) {
      case MessageType.DATA:
        this.#data(received);
        break;
      case MessageType.STREAM_START:
        this.onStreamStart(received);
        break;
      case MessageType.STREAM_RESET:
        this.#streamReset(received);
        break;
      case MessageType.SESSION_RESET:
        for (const stream of [...this.streams.values()]) this.closeStream(stream); // S12
        break;
      case MessageType.CONNECTION_START:
        if (this.#knowsConnections(received)) this.onConnectionStart(received);
        else this.#unrecognised(received);
        break;
      case MessageType.CONNECTION_RESET:
        if (this.#knowsConnections(received)) this.#connectionReset(received);
        else this.#unrecognised(received);
        break;
      default:
        this.#unrecognised(received);
    }
  }

  /**
   * To be called when a frame did not parse. It is unknown to which stream it belonged, so every stream ends (M11,
   * D12).
   */
  malformed(): void {
    for (const stream of [...this.streams.values()]) this.resetStream(stream);
  }

  /** To be called when the WebSocket is gone. Every connection closes. Nothing is sent or kept (S13). */
  sessionLost(): void {
    this.#services = undefined;
    for (const stream of [...this.streams.values()]) this.closeStream(stream);
  }

  /** Ends every stream and resets it at the peer. For a client that is stopped (S8). */
  resetAll(): void {
    for (const stream of [...this.streams.values()]) this.resetStream(stream);
  }

  /** Whether messages for the connection may still be sent. */
  isLive(connection: Connection): boolean {
    const { stream } = connection;
    return (
      this.streams.get(stream.service) === stream && stream.connections.get(connection.id) === connection
    );
  }

  /** The ids for DATA of the connection. They are as in the stream's start (M8, M9). */
  address(connection: Connection): DataAddress {
    const { stream, id } = connection;
    return { streamId: stream.id, serviceId: stream.wireServiceId, connectionId: id };
  }

  /** To be called when the local application has closed or failed (S8). `close` is not called for this connection. */
  localClosed(connection: Connection): void {
    if (!this.isLive(connection)) return;
    const { stream } = connection;
    stream.connections.delete(connection.id);
    if (stream.format !== 'V3' || this.peerLacksConnections(stream)) this.resetStream(stream);
    else this.sendConnectionReset(stream, connection.id);
  }

  protected abstract onStreamStart(received: Message): void;
  protected abstract onConnectionStart(received: Message): void;

  /** Whether the peer is known to serve only one connection, although the stream began in V3 (X2). */
  protected peerLacksConnections(_stream: Stream): boolean {
    return false;
  }

  /** Called for DATA without connection id on a V3 stream (X4). */
  protected onDataWithoutConnection(_stream: Stream): void {}

  /** The table's key for a received service id. Undefined if the tunnel does not have that service. */
  protected keyOf(serviceId: string): string | undefined {
    if (this.format === 'V1') return ''; // X1
    if (serviceId.length > MAX_SERVICE_ID_LENGTH) return undefined;
    const services = this.#services;
    if (serviceId !== '') return services?.has(serviceId) === false ? undefined : serviceId;
    if (services?.size === 1) return [...services][0];
    return '';
  }

  /** The active stream of the service that a message names. The stream id is not compared. */
  protected find(received: Message): Stream | undefined {
    const key = this.keyOf(received.serviceId);
    const stream = key === undefined ? undefined : this.streams.get(key);
    if (stream !== undefined || received.serviceId !== '') return stream;
    // A V1 peer names no service. Its message belongs to the only stream with that stream id.
    const candidates = [...this.streams.values()].filter(({ id }) => id === received.streamId);
    return candidates.length === 1 ? candidates[0] : undefined;
  }

  /** The stream of a message if it is the current one (S7). */
  protected findCurrent(received: Message): Stream | undefined {
    const stream = this.find(received);
    if (stream !== undefined && stream.id === received.streamId) return stream;
    this.actions.note(`stale ${messageTypeName(received.type)} dropped (S7)`, received);
    return undefined;
  }

  /** The connection id that a message means. 0 means the stream's first connection (X4). */
  protected connectionIdOf(stream: Stream, received: Message): number {
    if (stream.format !== 'V3') return 0; // X3: later ids are ignored
    return received.connectionId === 0 ? stream.firstConnectionId : received.connectionId;
  }

  protected closeStream(stream: Stream): void {
    this.streams.delete(stream.service);
    const connections = [...stream.connections.values()];
    stream.connections.clear();
    for (const connection of connections) this.actions.close(connection);
  }

  protected resetStream(stream: Stream): void {
    const { id, wireServiceId } = stream;
    this.actions.send(message({ type: MessageType.STREAM_RESET, streamId: id, serviceId: wireServiceId }));
    this.closeStream(stream);
  }

  protected sendConnectionReset(stream: Stream, connectionId: number): void {
    const { id, wireServiceId } = stream;
    this.actions.send(
      message({ type: MessageType.CONNECTION_RESET, streamId: id, serviceId: wireServiceId, connectionId }),
    );
  }

  #data(received: Message): void {
    const stream = this.findCurrent(received);
    if (stream === undefined) return;
    if (stream.format === 'V3' && received.connectionId === 0) this.onDataWithoutConnection(stream);
    const connection = stream.connections.get(this.connectionIdOf(stream, received));
    if (connection === undefined) this.actions.note('DATA for no live connection dropped', received);
    else if (received.payload.length > 0) this.actions.deliver(connection, received.payload);
  }

  #streamReset(received: Message): void {
    const stream = this.findCurrent(received);
    if (stream !== undefined) this.closeStream(stream); // S11
  }

  #connectionReset(received: Message): void {
    const stream = this.findCurrent(received);
    const connection = stream?.connections.get(this.connectionIdOf(stream, received));
    if (stream === undefined || connection === undefined) return; // S10
    stream.connections.delete(connection.id);
    this.actions.close(connection);
  }

  /**
   * Whether CONNECTION_* is allowed: only for V3 clients on V3 streams. Elsewhere it is unknown (X2) or an error (X3).
   */
  #knowsConnections(received: Message): boolean {
    if (this.format !== 'V3') return false;
    const stream = this.find(received);
    return stream === undefined || stream.format === 'V3';
  }

  /** Handles a type that this client does not know (M10), or UNKNOWN (M1). */
  #unrecognised(received: Message): void {
    const name = messageTypeName(received.type);
    if (received.ignorable) {
      this.actions.note(`ignorable ${name} ignored (M10)`, received);
      return;
    }
    this.actions.note(`${name} is an error here (M10)`, received);
    const stream = this.find(received);
    if (stream !== undefined) {
      if (received.streamId === 0 || received.streamId === stream.id) this.resetStream(stream);
    } else if (received.serviceId === '' && received.streamId === 0) {
      this.malformed();
    }
  }
}
