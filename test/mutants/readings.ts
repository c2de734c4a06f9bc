import type { Message } from '../../src/protocol/index.js';
import {
  CONNECTION_RESET,
  CONNECTION_START,
  DATA,
  down,
  downFrames,
  isKnown,
  SERVICE_IDS,
  STREAM_RESET,
  STREAM_START,
  up,
} from './list/vocabulary.js';
import type { Mutant } from './mutant.js';

/** A good client that reads the guides in another way than ours, where a decision (docs/protocol.md) lets every reading pass. */
export interface Reading extends Mutant {
  readonly decision: `D${number}`;
  /** Whether it may be warned: the guides ask for the other reading by "should". */
  readonly mayBeWarned?: true;
}

const V3_ONLY = ['V3'] as const;
const DESTINATION = ['destination'] as const;
const SUBPROTOCOL = 'sec-websocket-protocol';
/** A field of number 100 with one byte, as a scenario sends it. */
const FIELD_100 = Buffer.from('a2060161', 'hex');
/** How often a client pings, and what silence of the service it bears, in milliseconds: less than three pings. */
const PING_MS = 600;
const SILENCE_MS = 1500;

/** Closes every connection of the message's stream, at both ends. */
const endsStream = (wire: Parameters<Mutant['hooks']>[0], { serviceId, streamId }: Message): null => {
  const reset = { ...EMPTY_MESSAGE, type: STREAM_RESET, serviceId, streamId };
  wire.toService(reset);
  wire.toClient(reset);
  return null;
};

const EMPTY_MESSAGE: Message = {
  type: 0,
  streamId: 0,
  ignorable: false,
  payload: new Uint8Array(),
  serviceId: '',
  availableServiceIds: [],
  connectionId: 0,
};

/** Whether the ids that it was configured with are those of the tunnel. */
const idsMatch = ({ availableServiceIds }: Message, configured: readonly string[]): boolean =>
  configured.includes('') ||
  (configured.length === availableServiceIds.length &&
    configured.every((id) => availableServiceIds.includes(id)));

/** What of a message is its format: which ids it has. */
const formatOf = ({ serviceId, connectionId }: Message): string =>
  `${serviceId !== ''} ${connectionId !== 0}`;

/** Other readings of the guides. */
export const READINGS: readonly Reading[] = [
  {
    id: 'ids-must-match-or-exit',
    decision: 'D1',
    breaks: 'exits where its service ids, or their number, are not those of the tunnel',
    rules: ['S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        value.type === SERVICE_IDS && !idsMatch(value, wire.configured) ? wire.exit(1) : value,
      ),
  },
  {
    id: 'ids-must-match-or-again',
    decision: 'D1',
    breaks: 'closes and comes back, again and again, where its service ids are not those of the tunnel',
    rules: ['S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        value.type === SERVICE_IDS && !idsMatch(value, wire.configured) ? wire.drop() : value,
      ),
  },
  {
    id: 'refused-connection-ends-stream',
    decision: 'D2',
    breaks: 'ends the stream by STREAM_RESET where it cannot dial for a further connection',
    rules: ['S9'],
    roles: DESTINATION,
    versions: V3_ONLY,
    hooks: (wire) => {
      const known = new Set<number>();
      const silent = new Set<number>();
      return {
        down: {
          message: (value) => {
            const isNew = !known.has(value.connectionId);
            if (value.type === CONNECTION_START && isNew) silent.add(value.connectionId);
            if (value.type === CONNECTION_START || value.type === STREAM_START) known.add(value.connectionId);
            if (value.type === DATA) silent.delete(value.connectionId);
            return value;
          },
        },
        up: {
          message: (value) => {
            if (value.type === DATA) silent.delete(value.connectionId);
            const isRefusal = value.type === CONNECTION_RESET && silent.delete(value.connectionId);
            return isRefusal ? endsStream(wire, value) : value;
          },
        },
      };
    },
  },
  {
    id: 'connection-id-alone',
    decision: 'D3',
    breaks: 'goes by the connection id of CONNECTION_RESET alone, as the reference does',
    rules: ['S10'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        const stream = wire.streamOf(value);
        if (value.type !== CONNECTION_RESET || stream === undefined) return value;
        return { ...value, streamId: stream.streamId };
      }),
  },
  {
    id: 'missing-connection-id-ends-stream',
    decision: 'D4',
    breaks: 'closes the stream over DATA without the connection id that it began with',
    rules: ['X4', 'S9'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        const isNumbered = wire.streamOf(value)?.connections.has(0) === false;
        const isLacking = value.type === DATA && value.connectionId === 0 && isNumbered;
        return isLacking && wire.isCurrent(value) ? endsStream(wire, value) : value;
      }),
  },
  {
    id: 'closes-over-older-version',
    decision: 'D5',
    breaks: 'offers 1.0 too, and closes where that is answered',
    rules: ['H6'],
    hooks: (wire) => {
      let offered = '';
      return {
        request: (head) => {
          offered = head.get(SUBPROTOCOL)!;
          head.set(SUBPROTOCOL, `${offered}, aws.iot.securetunneling-1.0`);
        },
        response: (head) => {
          if (head.status === 101 && head.get(SUBPROTOCOL) !== offered) wire.drop();
        },
      };
    },
  },
  {
    id: 'needs-channel-id',
    decision: 'D8',
    mayBeWarned: true,
    breaks: 'gives up a connection that was answered without channel-id',
    rules: ['H10'],
    hooks: (wire) => ({
      response: (head) => {
        if (head.status === 101 && head.get('channel-id') === undefined) wire.drop();
      },
    }),
  },
  {
    id: 'unparsable-ends-session',
    decision: 'D12',
    breaks: 'ends its WebSocket over a message that does not parse',
    rules: ['M11'],
    hooks: (wire) => ({ down: { unparsable: () => wire.drop() } }),
  },
  {
    id: 'unparsable-dropped',
    decision: 'D12',
    breaks: 'drops a message that does not parse',
    rules: ['M11'],
    hooks: () => ({ down: { unparsable: () => null } }),
  },
  {
    id: 'unknown-field-ends-session',
    decision: 'D12',
    breaks: 'ends its WebSocket over a message with a field that the schema does not have',
    rules: ['S17'],
    hooks: (wire) => down((value, raw) => (Buffer.from(raw).includes(FIELD_100) ? wire.drop() : value)),
  },
  {
    id: 'format-change-ends-session',
    decision: 'D13',
    breaks: 'ends its WebSocket over a message of another format than the first that came',
    rules: ['M13', 'X3', 'S7'],
    versions: ['V3', 'V2'],
    hooks: (wire) => {
      let format: string | undefined;
      const judges = (value: Message): boolean => value.type === STREAM_START || value.type === DATA;
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) format ??= formatOf(value);
            return value;
          },
        },
        down: {
          message: (value) => {
            if (!judges(value)) return value;
            format ??= formatOf(value);
            const isOther =
              value.type === STREAM_START ? formatOf(value) !== format : unnamed(value) && named(format);
            return isOther ? wire.drop() : value;
          },
        },
      };
    },
  },
  {
    id: 'format-change-refused',
    decision: 'D13',
    breaks: 'refuses a stream of another format than the first, and goes on',
    rules: ['M13', 'X3', 'S9'],
    roles: DESTINATION,
    versions: V3_ONLY,
    hooks: (wire) => {
      let format: string | undefined;
      return down((value) => {
        if (value.type !== STREAM_START) return value;
        format ??= formatOf(value);
        if (formatOf(value) === format) return value;
        wire.toService({ ...value, type: STREAM_RESET, connectionId: 0 });
        return null;
      });
    },
  },
  {
    id: 'unnamed-data-ends-stream',
    decision: 'D13',
    breaks: 'ends the stream of a service over DATA that lacks the service id',
    rules: ['M13', 'S7'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) => {
        const live = [...wire.streams.values()].at(-1);
        if (value.type !== DATA || value.serviceId !== '' || live === undefined || live.serviceId === '')
          return value;
        return endsStream(wire, { ...value, serviceId: live.serviceId, streamId: live.streamId });
      }),
  },
  {
    id: 'replaced-stream-is-reset',
    decision: 'D16',
    breaks: 'sends STREAM_RESET for a stream that another has replaced',
    rules: ['S5'],
    roles: DESTINATION,
    hooks: (wire) => {
      const live = new Map<string, Message>();
      return down((value) => {
        const old = live.get(value.serviceId);
        if (value.type === STREAM_START && old !== undefined)
          wire.toService({ ...old, type: STREAM_RESET, connectionId: 0 });
        if (value.type === STREAM_START) live.set(value.serviceId, value);
        else if (value.type === STREAM_RESET) live.delete(value.serviceId);
        return value;
      });
    },
  },
  {
    id: 'unknown-type-ends-session',
    decision: 'D17',
    breaks: 'ends its WebSocket over a message of an unknown type without ignorable',
    rules: ['M10', 'X2'],
    versions: ['V3', 'V2', 'V1'],
    hooks: (wire) => down((value) => (isKnown(value) || value.ignorable ? value : wire.drop())),
  },
  {
    id: 'unknown-type-ends-stream',
    decision: 'D17',
    breaks: 'ends the stream over a message of an unknown type without ignorable',
    rules: ['M10', 'X2'],
    versions: ['V3', 'V2', 'V1'],
    hooks: (wire) => down((value) => (isKnown(value) || value.ignorable ? value : endsStream(wire, value))),
  },
  {
    id: 'names-nothing',
    decision: 'D18',
    breaks: 'speaks V1, and so takes and sends messages without service id',
    rules: ['M8', 'X1'],
    versions: ['V1'],
    hooks: () => up((value) => ({ ...value, serviceId: '' })),
  },
  {
    id: 'gives-up-silence',
    decision: 'D19',
    breaks: 'gives up a connection on which nothing has come for a while, pongs or other bytes',
    rules: ['W3'],
    declares: { pingIntervalMs: PING_MS },
    hooks: (wire) => {
      let timer: NodeJS.Timeout | undefined;
      return downFrames((frame) => {
        clearTimeout(timer);
        timer = setTimeout(() => wire.drop(), SILENCE_MS).unref();
        return [frame];
      });
    },
  },
  {
    id: 'never-comes-back-and-says-so',
    decision: 'D20',
    breaks: 'ends with status 1 when its WebSocket is lost, and does not claim to reconnect',
    rules: ['S13', 'H11'],
    declares: { reconnects: false },
    hooks: (wire) => ({ lost: () => wire.exit(1) === null }),
  },
];

function unnamed({ serviceId }: Message): boolean {
  return serviceId === '';
}

function named(format: string): boolean {
  return format.startsWith('true');
}
