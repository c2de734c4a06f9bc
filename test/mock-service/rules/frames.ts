import { EventHub, type ServiceEvent } from '../../../src/mock-service/kit/index.js';
import { Allowance, judgeFrame, StreamLedger, trackFrame } from '../../../src/mock-service/rules/index.js';
import {
  encodeMessage,
  type Message,
  MessageScanner,
  MessageType,
  message,
  type Side,
} from '../../../src/protocol/index.js';

type Ids = Partial<Pick<Message, 'serviceId' | 'connectionId' | 'payload' | 'ignorable'>>;

const of =
  (type: number) =>
  (streamId: number, ids: Ids = {}) =>
    message({ type, streamId, ...ids });

/** Messages by their names. */
export const start = of(MessageType.STREAM_START);
export const data = of(MessageType.DATA);
export const reset = of(MessageType.STREAM_RESET);
export const connectionStart = of(MessageType.CONNECTION_START);
export const connectionReset = of(MessageType.CONNECTION_RESET);

export const SSH = { serviceId: 'SSH' };
export const HTTP = { serviceId: 'HTTP' };

/** The ledger of one tunnel, a way to send it messages from either side, and everything it tells. */
export function startLedger(services: readonly string[] = ['SSH', 'HTTP']) {
  const events = new EventHub(() => 0);
  const told: ServiceEvent[] = [];
  events.on('*', (event) => told.push(event));
  const ledger = new StreamLedger({
    tunnelId: 't',
    services: () => services,
    events,
    now: () => 0,
    remembered: new Allowance(1_000_000),
  });
  const scanner = new MessageScanner();
  const judgeBytes = (from: Side, bytes: Uint8Array) => {
    scanner.scan(bytes, 0, bytes.length);
    return judgeFrame(ledger, from, scanner, bytes);
  };
  const judge = (from: Side, sent: Message) => judgeBytes(from, encodeMessage(sent));
  /** Relays a message all the same, as the service does when it only reports. */
  const track = (from: Side, sent: Message) => {
    const bytes = encodeMessage(sent);
    scanner.scan(bytes, 0, bytes.length);
    trackFrame(ledger, from, scanner, bytes);
  };
  return {
    ledger,
    track,
    told,
    judgeBytes,
    judge,
    source: (sent: Message) => judge('source', sent),
    destination: (sent: Message) => judge('destination', sent),
    /** Names and stream ids of the events so far. */
    story: () => told.map((event) => `${event.event} ${'streamId' in event ? event.streamId : ''}`),
  };
}
