import {
  formatOfStart,
  type Message,
  type MessageFormat,
  MessageType,
  message,
} from '../../protocol/index.js';
import { StreamTable } from './stream-table.js';
import type { Connection, Stream, TableActions } from './types.js';

/** The actions that a destination's table needs in addition. */
export interface DestinationActions extends TableActions {
  /** Dials the local service (S4). DATA may be delivered before the dial has succeeded. */
  dial(connection: Connection): void;
}

/** The largest number of streams before SERVICE_IDS. Later, the tunnel's service ids limit it. */
const MAX_UNKNOWN_STREAMS = 64;

const AGE: Readonly<Record<MessageFormat, number>> = { V1: 1, V2: 2, V3: 3 };

/** The streams of a destination. The source starts them; this side sends no START of either kind (M4). */
export class DestinationTable extends StreamTable {
  readonly #actions: DestinationActions;

  constructor(format: MessageFormat, actions: DestinationActions) {
    super(format, actions);
    this.#actions = actions;
  }

  /** To be called when the local service could not be dialled. */
  dialFailed(connection: Connection): void {
    if (!this.isLive(connection)) return;
    const { stream } = connection;
    stream.connections.delete(connection.id);
    // If the stream's first connection fails, the stream ends (S4). If a further one fails, only that one ends (S9).
    if (connection.id === stream.firstConnectionId) this.resetStream(stream);
    else this.sendConnectionReset(stream, connection.id);
  }

  protected override onStreamStart(start: Message): void {
    if (start.streamId === 0) {
      this.actions.note('STREAM_START without stream id dropped (M2)', start);
      return;
    }
    const key = this.keyOf(start.serviceId);
    if (key === undefined) {
      this.actions.note('STREAM_START for a service that the tunnel does not have', start);
      this.#refuse(start);
      return;
    }
    if (!this.knowsServices && !this.streams.has(key) && this.streams.size >= MAX_UNKNOWN_STREAMS) {
      this.actions.note(`more than ${MAX_UNKNOWN_STREAMS} streams before SERVICE_IDS`, start);
      this.#refuse(start);
      return;
    }
    this.#replace(key);
    const stream = this.#newStream(key, start);
    this.streams.set(key, stream);
    this.#connect(stream, stream.firstConnectionId);
  }

  protected override onConnectionStart(start: Message): void {
    const stream = this.find(start);
    if (stream === undefined) {
      // The source has a stream that this side does not have, perhaps from before a reconnect. After the reset it
      // starts a new stream. Without the reset, its application would wait.
      if (start.streamId !== 0 && this.keyOf(start.serviceId) !== undefined) this.#refuse(start);
      return;
    }
    if (this.findCurrent(start) === undefined) return;
    const id = this.connectionIdOf(stream, start);
    const live = stream.connections.get(id);
    if (live === undefined) {
      this.#connect(stream, id);
      return;
    }
    // S9: the id is in use. The source closes that connection when it gets the answer, so it ends here too.
    this.localClosed(live);
    this.actions.close(live);
  }

  /**
   * S5: a new stream ends the service's old stream. No reset is sent, because the source started the new stream (D16).
   */
  #replace(key: string): void {
    const old = this.streams.get(key);
    if (old !== undefined) this.closeStream(old);
    // A stream without service id and a stream with one cannot be live at the same time (M8).
    const plain = key === '' ? undefined : this.streams.get('');
    if (plain !== undefined) this.closeStream(plain);
  }

  #newStream(service: string, start: Message): Stream {
    const asked = formatOfStart(start);
    const format = AGE[asked] <= AGE[this.format] ? asked : this.format;
    return {
      service,
      id: start.streamId,
      format,
      wireServiceId: format === 'V1' ? '' : start.serviceId,
      firstConnectionId: format === 'V3' ? start.connectionId : 0,
      connections: new Map(),
    };
  }

  #connect(stream: Stream, id: number): void {
    const connection: Connection = { stream, id };
    stream.connections.set(id, connection);
    this.#actions.dial(connection);
  }

  #refuse({ streamId, serviceId }: Message): void {
    this.actions.send(message({ type: MessageType.STREAM_RESET, streamId, serviceId }));
  }
}
