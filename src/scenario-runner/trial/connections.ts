import { MessageType } from '../../protocol/index.js';
import { Finding } from '../verdicts/index.js';
import type { Arrival } from '../wire/index.js';
import { type Blame, check, finding } from './blame.js';
import type { ClientSocket } from './client-socket.js';
import { LiveStream } from './live-stream.js';
import { otherId } from './other-id.js';
import type { TrialParts } from './parts.js';
import { dialled, sourceStarts } from './start-and-dial.js';
import type { StreamIds } from './stream-ids.js';

/** How a connection through the client is opened. */
export interface Opening {
  /** Default: the first service of the tunnel. */
  readonly serviceId?: string;
  /** An active stream. The connection is a further one on it (S9). */
  readonly on?: LiveStream;
  /** The application does not read at first. */
  readonly paused?: boolean;
  /** Bytes that the application at a source writes as soon as it has connected. */
  readonly writesAtOnce?: Buffer;
  /** How STREAM_START arrives at a destination. */
  readonly arrival?: Arrival;
  /** The ids for STREAM_START or CONNECTION_START, if the scenario needs certain ones. */
  readonly ids?: Partial<StreamIds>;
  /**
   * What happened before must have done no harm: a connection has to open and to carry bytes, on the WebSocket that is
   * open now. A failure is reported with this blame.
   */
  readonly blame?: Blame;
}

/**
 * The ids of streams that scenarios start: ordinary ones, below 2^28, as are the ids near them. Extreme ids are judged by
 * scenarios of their own, so that a client which cannot take them fails those alone.
 */
const STREAM_IDS = { from: 1_000_000, below: 2 ** 28 - 1000 } as const;
const NOTHING_WORKS = 'no-new-connection';
const GAVE_UP = 'gave-up-websocket';

/** The connections that a trial opens through its client. */
export class Connections {
  readonly parts: TrialParts;
  readonly #lastStreams = new Map<string, LiveStream>();

  constructor(parts: TrialParts) {
    this.parts = parts;
  }

  /** The service id that streams use by default; '' for a tunnel without service ids. */
  get serviceId(): string {
    return this.parts.service.services[0] ?? '';
  }

  /** The ids for a new stream of this version. The stream id is new, and ordinary (below 2^28). */
  newIds(serviceId = this.serviceId): StreamIds {
    const { version, client } = this.parts;
    return {
      streamId: client.random.integer(STREAM_IDS.from, STREAM_IDS.below),
      serviceId: version === 'V1' ? '' : serviceId,
      connectionId: version === 'V3' ? 1 : 0,
    };
  }

  /** Opens a connection. The client connects first if it has not connected yet. */
  async opens(options: Opening = {}): Promise<LiveStream> {
    if (options.blame !== undefined) return this.#opensUnharmed(options, options.blame);
    if (options.on !== undefined) return this.#opensFurther(options.on, options);
    const { client, app: targets, role, patienceMs } = this.parts;
    const socket = await client.connects();
    const serviceId = options.serviceId ?? this.serviceId;
    if (role === 'source') {
      const { app, address } = await sourceStarts(this.parts, socket, serviceId, options);
      return new LiveStream(address, socket, app, client, patienceMs);
    }
    const address = { ...this.newIds(serviceId), ...options.ids };
    this.resetLast(socket, serviceId);
    targets.acceptsPaused = options.paused === true;
    const { arrival } = options;
    socket.inject({ type: MessageType.STREAM_START, ...address }, arrival);
    if (arrival !== undefined && arrival !== 'alone') socket.happened(arrival);
    const stream = await dialled(this.parts, socket, address, serviceId).finally(() => {
      targets.acceptsPaused = false;
    });
    this.#lastStreams.set(serviceId, stream);
    return stream;
  }

  async #opensFurther(stream: LiveStream, options: Opening): Promise<LiveStream> {
    const { client, role, patienceMs } = this.parts;
    stream.socket.happened('further-connection');
    if (role === 'destination') {
      const { connectionId = otherId(stream.connectionId, 1) } = options.ids ?? {};
      const address = { ...stream.ids, connectionId };
      stream.socket.inject({ type: MessageType.CONNECTION_START, ...address });
      return dialled(this.parts, stream.socket, address, stream.serviceId);
    }
    const socket = await client.connects();
    const { app, address } = await sourceStarts(
      this.parts,
      socket,
      stream.serviceId || this.serviceId,
      options,
    );
    const isStartedAgain = address.type === MessageType.STREAM_START && address.streamId === stream.streamId;
    const symptom = 'starts-live-stream-again';
    check(!isStartedAgain, { rule: 'S9', symptom });
    return new LiveStream(address, socket, app, client, patienceMs);
  }

  async #opensUnharmed({ blame: _, ...options }: Opening, blame: Blame): Promise<LiveStream> {
    const before = this.parts.service.sockets.at(-1);
    try {
      // A message that ends streams must not end the stream that an application opens now.
      await before?.settles();
      const first = await this.opens(options);
      // A client may answer a ping before another part of it has ended the streams.
      const isEnded = (await first.fence(blame)) === 'ended' && before?.open === true;
      if (isEnded) first.app.closes();
      const stream = isEnded ? await this.opens(options) : first;
      await stream.echoes(blame);
      check(stream.socket === before, { ...blame, symptom: GAVE_UP });
      return stream;
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      throw finding(blame, before?.open === true ? NOTHING_WORKS : GAVE_UP, error.message);
    }
  }

  /**
   * Ends the stream of a V3 destination. It stays after its last connection, and another rule says how a new one
   * replaces it (S5).
   */
  resetLast(socket: ClientSocket, serviceId = this.serviceId): void {
    const last = this.#lastStreams.get(serviceId);
    if (last?.socket === socket && last.connectionId !== 0 && !last.isStreamReset) {
      last.inject({ type: MessageType.STREAM_RESET });
    }
  }
}
