import {
  encodeMessage,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type RuleId,
  type Side,
} from '../../protocol/index.js';
import type { StreamAddress } from '../stage/live-stream.js';
import { ARRIVALS, type Arrival } from '../wire/arrival.js';
import { pairwise } from './pairwise.js';

/** A message that must leave a client unharmed. */
interface Harmless {
  readonly name: string;
  readonly rule: RuleId;
  readonly force?: 'SHOULD';
  readonly versions?: readonly MessageFormat[];
  /** Makes no sense while a stream is active, since it would end it. */
  readonly idleOnly?: true;
  /** Makes sense for an active stream only. */
  readonly liveOnly?: true;
  readonly fields: (stream: StreamAddress, extreme: boolean) => Partial<Message>;
}

const V2_UP: readonly MessageFormat[] = ['V2', 'V3'];
const V3_ONLY: readonly MessageFormat[] = ['V3'];
const PAYLOAD = Buffer.from('not for you');
/** Bytes that the cells with valid DATA bring to the application. */
export const DELIVERED = Buffer.from('for you');

const otherStream = ({ streamId }: StreamAddress, extreme: boolean): number =>
  extreme ? -(2 ** 31) + (streamId & 1) : streamId ^ 0x55;
const otherConnection = ({ connectionId }: StreamAddress, extreme: boolean): number =>
  extreme ? 2 ** 32 - 1 : connectionId + 1000;

const HARMLESS: readonly Harmless[] = [
  {
    name: 'DATA',
    rule: 'W4',
    liveOnly: true,
    fields: (stream) => ({ ...stream, type: MessageType.DATA, payload: DELIVERED }),
  },
  {
    name: 'DATA of another stream',
    rule: 'S7',
    fields: (s, x) => ({ ...s, type: MessageType.DATA, streamId: otherStream(s, x), payload: PAYLOAD }),
  },
  {
    name: 'STREAM_RESET of another stream',
    rule: 'S7',
    fields: (s, x) => ({
      ...s,
      type: MessageType.STREAM_RESET,
      streamId: otherStream(s, x),
      connectionId: 0,
    }),
  },
  {
    name: 'CONNECTION_RESET of another connection',
    rule: 'S10',
    versions: V3_ONLY,
    fields: (s, x) => ({ ...s, type: MessageType.CONNECTION_RESET, connectionId: otherConnection(s, x) }),
  },
  {
    name: 'CONNECTION_RESET of another stream',
    rule: 'S10',
    versions: V3_ONLY,
    fields: (s, x) => ({ ...s, type: MessageType.CONNECTION_RESET, streamId: otherStream(s, x) }),
  },
  {
    name: 'SERVICE_IDS again',
    rule: 'S1',
    force: 'SHOULD',
    versions: V2_UP,
    fields: ({ serviceId }) => ({ type: MessageType.SERVICE_IDS, availableServiceIds: [serviceId] }),
  },
  { name: 'SESSION_RESET', rule: 'S12', idleOnly: true, fields: () => ({ type: MessageType.SESSION_RESET }) },
];

/** How optional fields are written. */
const VARIATIONS = ['plain', 'ignorable', 'zeros', 'extreme'] as const;
type Variation = (typeof VARIATIONS)[number];

/** One cell of the matrix: a message, as it arrives, with its optional fields written in some way. */
export interface Cell {
  readonly name: string;
  readonly rule: RuleId;
  readonly force: 'SHOULD' | undefined;
  readonly arrival: Arrival;
  /** Whether the application receives {@link DELIVERED}. */
  readonly delivers: boolean;
  /** The tunnel frame. */
  readonly bytes: (stream: StreamAddress) => Buffer;
  /** The same message arriving in the plainest way. */
  readonly alone: () => Cell;
}

export interface CellsOf {
  readonly role: Side;
  readonly version: MessageFormat;
  /** Whether a stream is active when the message comes. */
  readonly live: boolean;
  /** Every combination instead of a set that covers all pairs. */
  readonly full: boolean;
}

/** The cells for a state of the client. */
export function cellsOf({ version, live, full }: CellsOf): Cell[] {
  const messages = HARMLESS.filter(
    ({ versions, idleOnly, liveOnly }) =>
      (versions?.includes(version) ?? true) && (live ? idleOnly !== true : liveOnly !== true),
  );
  const sizes = [messages.length, ARRIVALS.length, VARIATIONS.length];
  const allows = (): boolean => true;
  const combinations = full
    ? messages.flatMap((_, m) => ARRIVALS.flatMap((__, a) => VARIATIONS.map((___, v) => [m, a, v])))
    : pairwise(sizes, allows);
  return combinations.map(([m, a, v]) => cell(messages[m!]!, ARRIVALS[a!]!, VARIATIONS[v!]!));
}

function cell(harmless: Harmless, arrival: Arrival, variation: Variation): Cell {
  const { name, rule, force, fields, liveOnly } = harmless;
  return {
    name: `${name}${variation === 'plain' ? '' : `, ${variation}`}, ${arrival}`,
    rule,
    force,
    arrival,
    delivers: liveOnly === true,
    bytes: (stream) => frameOf(fields(stream, variation === 'extreme'), variation),
    alone: () => cell(harmless, 'alone', variation),
  };
}

/** The frame, with fields that carry their zero value written out where the variation says so (M12). */
function frameOf(fields: Partial<Message>, variation: Variation): Buffer {
  const value = message({ ...fields, ignorable: variation === 'ignorable' });
  const zeros: number[] = [];
  if (variation === 'zeros') {
    zeros.push(0x18, 0);
    if (value.serviceId === '') zeros.push(0x2a, 0);
    if (value.connectionId === 0) zeros.push(0x38, 0);
  }
  const body = Buffer.concat([Buffer.from(zeros), encodeMessage(value)]);
  return Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]);
}
