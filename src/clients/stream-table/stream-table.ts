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
 * What both sides share: how they take what arrives on a WebSocket, and what they send about streams, which is never
 * SESSION_RESET or SERVICE_IDS (M5). It does no I/O: what is to be done goes to the actions.
 */
export abstract class StreamTable {
  protected readonly actions: TableActions;
  /** The newest format this client speaks. */
  protected readonly format: MessageFormat;
  protected readonly streams = new Map<string, Stream>();
  /** The tunnel's service ids; undefined before SERVICE_IDS. */
  #services: ReadonlySet<string> | undefined;

  constructor(format: MessageFormat, actions: TableActions) {
    this.format = format;
    this.actions = actions;
  }

  /** Takes the ids of SERVICE_IDS, which may come again (S1). Live streams are left alone (S14). */
  setServices(ids: readonly string[]): void {
    this.#services = new Set(ids);
  }

  /** Whether SERVICE_IDS told which services there are. */
  protected get knowsServices(): boolean {
    return this.#services !== undefined;
  }

  /** The active stream of a service, if there is one. */
  streamOf(service: string): Stream | undefined {
    return this.streams.get(service);
  }

  /** Takes any message but SERVICE_IDS. */
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

  /** A frame did not parse. Nobody can say to which stream it belonged, so every stream ends (M11, D12). */
  malformed(): void {
    for (const stream of [...this.streams.values()]) this.resetStream(stream);
  }

  /** The WebSocket is gone: nothing is sent, every connection closes, nothing is kept (S13). */
  sessionLost(): void {
    this.#services = undefined;
    for (const stream of [...this.streams.values()]) this.closeStream(stream);
  }

  /** Ends every stream and tells the peer, for a client that is stopped (S8). */
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

  /** How DATA of the connection is addressed: as its stream was started (M8, M9). */
  address(connection: Connection): DataAddress {
    const { stream, id } = connection;
    return { streamId: stream.id, serviceId: stream.wireServiceId, connectionId: id };
  }

  /** The local application closed or failed (S8). The actions are not told to close what is closed already. */
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

  /** Told of DATA without connection id on a V3 stream (X4). */
  protected onDataWithoutConnection(_stream: Stream): void {}

  /** The table's key for a service id that was received; undefined for one that the tunnel does not have. */
  protected keyOf(serviceId: string): string | undefined {
    if (this.format === 'V1') return ''; // X1
    if (serviceId.length > MAX_SERVICE_ID_LENGTH) return undefined;
    const services = this.#services;
    if (serviceId !== '') return services?.has(serviceId) === false ? undefined : serviceId;
    if (services?.size === 1) return [...services][0];
    return '';
  }

  /** The active stream to which a message belongs, whatever its stream id. */
  protected find(received: Message): Stream | undefined {
    const key = this.keyOf(received.serviceId);
    const stream = key === undefined ? undefined : this.streams.get(key);
    if (stream !== undefined || received.serviceId !== '') return stream;
    // A V1 peer names no service: it means the only stream with that id.
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

  /** A connection id of 0 means the stream's first connection (X4). */
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

  /** CONNECTION_* are messages of V3 clients on V3 streams; elsewhere they are unknown (X2) or errors (X3). */
  #knowsConnections(received: Message): boolean {
    if (this.format !== 'V3') return false;
    const stream = this.find(received);
    return stream === undefined || stream.format === 'V3';
  }

  /** A type that this client does not know (M10), or no type at all (M1). */
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
