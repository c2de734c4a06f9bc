import {
  MAX_PAYLOAD_BYTES,
  type Message,
  type MessageFormat,
  MessageType,
  type RuleId,
} from 'tunnel-testbed/protocol';
import { otherId, type StreamIds, type TriggerCode } from 'tunnel-testbed/scenarios';

/** How optional fields are written. */
export const VARIATIONS = ['plain', 'ignorable', 'zeros', 'unnamed', 'lowest', 'highest'] as const;
export type Variation = (typeof VARIATIONS)[number];
/** Ids at the ends of their range: a scenario of their own meets them, so that whoever cannot take them fails it alone. */
export const EXTREME: readonly Variation[] = ['lowest', 'highest'];

/** A message that must do no harm to a client. */
export interface Harmless {
  readonly name: string;
  readonly rule: RuleId;
  /** What a client goes wrong over that goes wrong over it. */
  readonly trigger: TriggerCode;
  readonly force?: 'SHOULD';
  readonly versions?: readonly MessageFormat[];
  /** Not used while a stream is active, because it would end that stream. */
  readonly idleOnly?: true;
  /** Only used for an active stream. */
  readonly liveOnly?: true;
  /** What the application receives. */
  readonly delivers?: Buffer;
  /** The ways of writing the message that can make a difference. */
  readonly variations: readonly Variation[];
  readonly fields: (stream: StreamIds, variation: Variation) => Partial<Message>;
}

const V2_UP: readonly MessageFormat[] = ['V2', 'V3'];
const V3_ONLY: readonly MessageFormat[] = ['V3'];
const ANY: readonly Variation[] = ['plain', 'ignorable', 'zeros'];
const WITH_IDS: readonly Variation[] = [...ANY, 'lowest', 'highest'];
/** A stale message may have no service id. It then belongs to the only service, and is stale there too. */
const STALE: readonly Variation[] = [...WITH_IDS, 'unnamed'];
const UNNUMBERED: readonly Variation[] = [...ANY, 'unnamed'];
const PAYLOAD = Buffer.from('not for you');
const SMALL = Buffer.from('for you');
const LARGEST = Buffer.alloc(MAX_PAYLOAD_BYTES, 'all of it is for you ');

function otherStream({ streamId }: StreamIds, variation: Variation): number {
  if (variation === 'lowest') return -(2 ** 31) + (streamId === -(2 ** 31) ? 1 : 0);
  // If the highest id is the stream's own, the one below it.
  if (variation === 'highest') return 2 ** 31 - 1 - (streamId === 2 ** 31 - 1 ? 1 : 0);
  return streamId ^ 0x55;
}

function otherConnection({ connectionId }: StreamIds, variation: Variation): number {
  if (variation === 'lowest') return connectionId === 1 ? 2 : 1;
  // As above: never the connection's own id.
  if (variation === 'highest') return 2 ** 32 - (connectionId === 2 ** 32 - 1 ? 2 : 1);
  return otherId(connectionId, 1000);
}

const { DATA, STREAM_RESET, CONNECTION_RESET, SERVICE_IDS, SESSION_RESET } = MessageType;

/** Every message of the service that must have no effect. DATA only delivers its bytes. */
export const HARMLESS: readonly Harmless[] = [
  {
    name: 'DATA',
    rule: 'W4',
    trigger: 'DATA',
    liveOnly: true,
    delivers: SMALL,
    variations: ANY,
    fields: (stream) => ({ ...stream, type: DATA, payload: SMALL }),
  },
  {
    name: 'DATA without payload',
    rule: 'S17',
    trigger: 'empty-data',
    liveOnly: true,
    variations: ANY,
    fields: (stream) => ({ ...stream, type: DATA }),
  },
  {
    name: 'DATA of 64512 bytes',
    rule: 'M3',
    trigger: 'largest-payload',
    liveOnly: true,
    delivers: LARGEST,
    variations: ANY,
    fields: (stream) => ({ ...stream, type: DATA, payload: LARGEST }),
  },
  {
    name: 'DATA of another stream',
    rule: 'S7',
    trigger: 'stale-DATA',
    variations: STALE,
    fields: (s, how) => ({ ...s, type: DATA, streamId: otherStream(s, how), payload: PAYLOAD }),
  },
  {
    name: 'STREAM_RESET of another stream',
    rule: 'S7',
    trigger: 'stale-STREAM_RESET',
    variations: STALE,
    fields: (s, how) => ({ ...s, type: STREAM_RESET, streamId: otherStream(s, how), connectionId: 0 }),
  },
  {
    name: 'CONNECTION_RESET of another connection',
    rule: 'S10',
    trigger: 'connection-reset-of-an-unknown-connection',
    versions: V3_ONLY,
    variations: WITH_IDS,
    fields: (s, how) => ({ ...s, type: CONNECTION_RESET, connectionId: otherConnection(s, how) }),
  },
  {
    name: 'CONNECTION_RESET of another stream',
    rule: 'S10',
    trigger: 'stale-CONNECTION_RESET',
    versions: V3_ONLY,
    variations: STALE,
    fields: (s, how) => ({ ...s, type: CONNECTION_RESET, streamId: otherStream(s, how) }),
  },
  {
    name: 'SERVICE_IDS again',
    rule: 'S1',
    trigger: 'SERVICE_IDS',
    force: 'SHOULD',
    versions: V2_UP,
    variations: ANY,
    fields: ({ serviceId }) => ({ type: SERVICE_IDS, availableServiceIds: [serviceId] }),
  },
  {
    name: 'DATA of a stream that is over',
    rule: 'S7',
    trigger: 'stale-DATA',
    idleOnly: true,
    variations: UNNUMBERED,
    fields: (stream) => ({ ...stream, type: DATA, payload: PAYLOAD }),
  },
  {
    name: 'STREAM_RESET of a stream that is over',
    rule: 'S7',
    trigger: 'stale-STREAM_RESET',
    idleOnly: true,
    variations: UNNUMBERED,
    fields: (stream) => ({ ...stream, type: STREAM_RESET, connectionId: 0 }),
  },
  {
    name: 'CONNECTION_RESET of a stream that is over',
    rule: 'S10',
    trigger: 'stale-CONNECTION_RESET',
    versions: V3_ONLY,
    idleOnly: true,
    variations: UNNUMBERED,
    fields: (stream) => ({ ...stream, type: CONNECTION_RESET }),
  },
  {
    name: 'SESSION_RESET',
    rule: 'S12',
    trigger: 'SESSION_RESET',
    idleOnly: true,
    variations: ANY,
    fields: () => ({ type: SESSION_RESET }),
  },
];
