import fc from 'fast-check';
import type { StreamLedger } from '../../../src/mock-service/rules/index.js';
import {
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type Side,
} from '../../../src/protocol/index.js';
import { connectionReset, connectionStart, data, reset, start } from './frames.js';

/** A stream as the two peers of the model remember it. */
interface ModelStream {
  readonly service: string;
  readonly streamId: number;
  /** The format in which the source started it. */
  readonly format: MessageFormat;
  connections: number;
}

/** One step of the model: what happens, and numbers to choose with. */
export type Step = readonly [what: number, choice: number, id: number];
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.tuple(fc.nat(99), fc.nat(99), fc.integer({ min: 1, max: 6 })),
  { maxLength: 60 },
);

/**
 * A source and a destination that keep every rule: the source speaks the format of its session, a V3 source may start
 * a stream as V2 does, the destination mirrors each stream's format or is a V1 peer that never names a service. Both
 * go on sending on streams that the other has just ended, as messages that cross do.
 */
export class PeersModel {
  readonly #services = ['SSH', 'HTTP'];
  #sourceStreams: ModelStream[] = [];
  #destinationStreams: ModelStream[] = [];

  constructor(
    private format: MessageFormat,
    private readonly destinationIsV1: boolean,
    private readonly ledger: StreamLedger,
  ) {}

  /** What the step sends, if anything. */
  take([what, choice, id]: Step): { from: Side; sent: Message } | undefined {
    if (what < 25) return { from: 'source', sent: this.#start(choice, id) };
    if (what < 92) return this.#onStream(what, choice, id);
    if (what < 95) return { from: 'source', sent: message({ type: 50 + choice, ignorable: true }) };
    if (what < 98) this.#reconnectSource(choice);
    else this.#reconnectDestination();
    return undefined;
  }

  #start(choice: number, streamId: number): Message {
    const service = this.format === 'V1' ? '' : this.#services[choice % 2]!;
    const format = this.format === 'V3' && choice % 5 === 0 ? 'V2' : this.format;
    const stream: ModelStream = { service, streamId, format, connections: 1 };
    this.#sourceStreams.push(stream);
    this.#destinationStreams.push(stream);
    return start(streamId, { serviceId: service, connectionId: format === 'V3' ? 1 : 0 });
  }

  #onStream(what: number, choice: number, id: number): { from: Side; sent: Message } | undefined {
    const from: Side = what % 2 === 0 ? 'source' : 'destination';
    const known = from === 'source' ? this.#sourceStreams : this.#destinationStreams;
    // A source sends on its newest streams of a service alone; a destination may still answer older ones.
    const streams = from === 'source' ? newestOfEach(known) : known;
    const stream = streams[choice % Math.max(1, streams.length)];
    if (stream === undefined) return undefined;
    return { from, sent: this.#say(from, stream, what, id) };
  }

  #say(from: Side, stream: ModelStream, what: number, id: number): Message {
    const { service, streamId, format } = stream;
    const serviceId = from === 'destination' && this.destinationIsV1 ? '' : service;
    const v1 = from === 'destination' && this.destinationIsV1;
    const hasIds = format === 'V3' && !v1;
    // X4: a message without connection id on a V3 stream passes too.
    const connectionId = hasIds && what % 7 !== 0 ? ((id - 1) % stream.connections) + 1 : 0;
    if (what < 70) return data(streamId, { serviceId, connectionId, payload: new Uint8Array(id) });
    if (what < 78) return reset(streamId, { serviceId, connectionId });
    if (hasIds && from === 'source' && what < 86) {
      return connectionStart(streamId, { serviceId, connectionId: ++stream.connections });
    }
    if (hasIds) return connectionReset(streamId, { serviceId, connectionId });
    return data(streamId, { serviceId });
  }

  #reconnectSource(choice: number): void {
    this.ledger.sessionEnded('source');
    this.ledger.sessionStarted('source');
    this.#sourceStreams = [];
    this.format = (['V1', 'V2', 'V3'] as const)[choice % 3]!;
  }

  #reconnectDestination(): void {
    this.ledger.sessionEnded('destination');
    this.ledger.sessionStarted('destination');
    this.#destinationStreams = [];
  }
}

function newestOfEach(streams: readonly ModelStream[]): ModelStream[] {
  return [...new Map(streams.map((stream) => [stream.service, stream])).values()];
}

/** A message in order, made to break one rule. */
export const MUTATIONS: readonly [rule: string, from: Side | 'either', mutate: (sent: Message) => Message][] =
  [
    ['M1', 'either', (sent) => ({ ...sent, type: MessageType.UNKNOWN })],
    ['M2', 'either', (sent) => ({ ...sent, streamId: 0 })],
    ['M3', 'either', (sent) => ({ ...sent, payload: new Uint8Array(64_513) })],
    ['M4', 'destination', (sent) => ({ ...sent, type: MessageType.STREAM_START })],
    ['M4', 'destination', (sent) => ({ ...sent, type: MessageType.CONNECTION_START })],
    ['M5', 'either', (sent) => ({ ...sent, type: MessageType.SESSION_RESET })],
    ['M5', 'either', (sent) => ({ ...sent, type: MessageType.SERVICE_IDS })],
    ['M7', 'source', (sent) => ({ ...sent, type: MessageType.STREAM_START, serviceId: 'FTP' })],
    ['M10', 'either', (sent) => ({ ...sent, type: 8 })],
  ];
