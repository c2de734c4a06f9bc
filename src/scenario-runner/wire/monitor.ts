import {
  isStreamMessage,
  MAX_PAYLOAD_BYTES,
  type Message,
  type MessageFormat,
  MessageScanner,
  MessageType,
  messageTypeName,
  type RuleId,
  type Side,
} from '../../protocol/index.js';
import { ofMessage, type SymptomName, type WireBytes, wireBytes } from '../verdicts/index.js';
import type { FrameHeader } from './client-frames.js';
import { describeMessage, messageBytes } from './describe.js';
import { type Breach, breachOfClose, FrameRules } from './frame-rules.js';

/** A rule that the client broke with its messages, whatever the scenario judges. */
export interface Offence {
  readonly rule: RuleId;
  /** What was wrong, without ids or sizes, so that equal faults have the same text. */
  readonly symptom: SymptomName;
  /** The offending values. */
  readonly detail: string;
  readonly bytes?: WireBytes;
}

/**
 * Judges every frame and message of a client, in every scenario, by the rules that always hold (M1–M9, M13, S9, W1, W2,
 * W6). It does not depend on time or on the scenario.
 */
export class WireMonitor {
  readonly offences: Offence[] = [];
  readonly #side: Side;
  readonly #services: () => readonly string[];
  /** A client that speaks V1 does not have to name services (the exemption in M8). */
  readonly #format: MessageFormat;
  readonly #frames = new FrameRules();
  readonly #scanner = new MessageScanner();
  /** The services whose stream was started on this connection, by either side. */
  readonly #started = new Set<string>();
  #startedUnnamed = false;
  /** The streams that a source has started on this connection, by id and service. */
  readonly #streams = new Set<string>();
  /** Those streams that were started without connection id. */
  readonly #unnumbered = new Set<string>();
  /** The message that is judged, as it came. */
  #subject: () => WireBytes = () => wireBytes('client', '', Buffer.alloc(0));

  constructor(side: Side, format: MessageFormat, services: () => readonly string[]) {
    this.#side = side;
    this.#format = format;
    this.#services = services;
  }

  /** Takes the header of a WebSocket frame of the client. Returns the breach if the connection cannot continue. */
  frame(header: FrameHeader): Breach | undefined {
    const breaches = this.#frames.breaches(header);
    for (const { rule, symptom, detail } of breaches) {
      this.#offend(rule, symptom, detail, () => wireBytes('client', 'WebSocket frame', header.bytes));
    }
    return breaches[0];
  }

  /** Takes a close frame that is not an answer. */
  close(payload: Uint8Array): Breach | undefined {
    const breach = breachOfClose(payload);
    if (breach === undefined) return undefined;
    const bytes = (): WireBytes => wireBytes('client', 'payload of a close frame', payload);
    this.#offend(breach.rule, breach.symptom, breach.detail, bytes);
    return breach;
  }

  /** Bytes that did not parse as a message. */
  unparsable(detail: string, bytes: WireBytes): void {
    this.#offend('M11', 'message-unparsable', detail, () => bytes);
  }

  /** The service has sent a start. From now on the client may answer on its service. */
  serviceStarted(value: Message): void {
    this.#started.add(value.serviceId);
    if (value.serviceId === '') this.#startedUnnamed = true;
  }

  /** Takes a tunnel message of the client, decoded and as bytes in the frame. */
  message(value: Message, bytes: Uint8Array, start: number, end: number): void {
    const name = messageTypeName(value.type);
    const what = `${name} stream ${value.streamId} service '${value.serviceId}'`;
    this.#subject = () => messageBytes(describeMessage(value), bytes, start, end);
    this.#scanner.scan(bytes, start, end);
    if (this.#scanner.unknownField !== 0) {
      this.#offend('M6', 'field-outside-schema', `field ${this.#scanner.unknownField} in ${what}`);
    }
    if (value.type === MessageType.UNKNOWN) {
      this.#offend('M1', 'type-unknown', `${end - start} bytes`);
    }
    if (isStreamMessage(value.type) && value.streamId === 0) {
      this.#offend('M2', 'stream-id-zero', what);
    }
    if (value.payload.length > MAX_PAYLOAD_BYTES) {
      this.#offend('M3', 'payload-too-large', `${value.payload.length} bytes in ${what}`);
    }
    if (value.type === MessageType.SESSION_RESET || value.type === MessageType.SERVICE_IDS) {
      this.#offend('M5', ofMessage('sent-by-service-only', value.type), what);
    }
    const opens = value.type === MessageType.STREAM_START || value.type === MessageType.CONNECTION_START;
    if (opens && this.#side === 'destination') {
      this.#offend('M4', ofMessage('sent-as-destination', value.type), what);
    } else if (value.type === MessageType.STREAM_START) {
      this.#start(value, what);
    } else if (value.type === MessageType.CONNECTION_START) {
      if (!this.#streams.has(nameOf(value))) this.#offend('S9', 'connection-start-without-stream', what);
    } else if (value.type === MessageType.DATA || value.type === MessageType.STREAM_RESET) {
      this.#addressed(value, what);
    }
  }

  #start(value: Message, what: string): void {
    const services = this.#services();
    if (value.serviceId !== '' && services.length > 0 && !services.includes(value.serviceId)) {
      this.#offend('M7', 'unknown-service-started', what);
    }
    if (value.serviceId === '') this.#startedUnnamed = true;
    this.#started.add(value.serviceId);
    const stream = nameOf(value);
    this.#streams.add(stream);
    if (value.connectionId === 0) this.#unnumbered.add(stream);
  }

  #addressed(value: Message, what: string): void {
    if (value.connectionId !== 0 && this.#unnumbered.has(nameOf(value))) {
      this.#offend('M13', 'connection-id-on-unnumbered-stream', what);
    }
    if (value.serviceId !== '') {
      if (this.#started.has(value.serviceId)) return;
      // A stream that started without a service id belongs to the tunnel's only service (V1). The peer may name that
      // service or not, but the side that started the stream must not name it later.
      if (this.#startedUnnamed && this.#side === 'source') {
        this.#offend('M8', 'service-named-later', what);
      } else if (value.type === MessageType.DATA && !this.#startedUnnamed) {
        this.#offend('M9', 'data-for-unstarted-service', what);
      }
      return;
    }
    if (this.#started.size === 0 && value.type === MessageType.DATA) {
      this.#offend('M9', 'data-before-start', what);
    } else if (this.#started.size > 0 && !this.#startedUnnamed && this.#format !== 'V1') {
      this.#offend('M8', 'service-dropped-later', what);
    }
  }

  #offend(rule: RuleId, symptom: SymptomName, detail: string, bytes = this.#subject): void {
    // A repeated fault is one fault. A flood of them must not make the report longer.
    if (this.offences.some((known) => known.rule === rule && known.symptom === symptom)) return;
    this.offences.push({ rule, symptom, detail, bytes: bytes() });
  }
}

function nameOf({ streamId, serviceId }: Message): string {
  return `${streamId} ${serviceId}`;
}
