import type { Message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  CONNECTION_RESET,
  CONNECTION_START,
  DATA,
  down,
  isReset,
  isStart,
  STREAM_RESET,
  STREAM_START,
  up,
} from './vocabulary.js';

const V3_ONLY = ['V3'] as const;
const FEW_CONNECTIONS = 8;

/** Clients that get the connections of a V3 stream wrong. */
export const CONNECTIONS: readonly Mutant[] = [
  {
    id: 'stream-started-again',
    breaks: 'as source sends STREAM_START for each further connection too',
    rules: ['S9'],
    roles: ['source'],
    versions: V3_ONLY,
    hooks: () => up((value) => (value.type === CONNECTION_START ? { ...value, type: STREAM_START } : value)),
  },
  {
    id: 'connection-reset-ignored',
    breaks: 'ignores CONNECTION_RESET',
    rules: ['S10'],
    versions: V3_ONLY,
    hooks: () => down((value) => (value.type === CONNECTION_RESET ? null : value)),
  },
  {
    id: 'connection-reset-ends-stream',
    breaks: 'takes CONNECTION_RESET for STREAM_RESET',
    rules: ['S10'],
    versions: V3_ONLY,
    hooks: () =>
      down((value) =>
        value.type === CONNECTION_RESET ? { ...value, type: STREAM_RESET, connectionId: 0 } : value,
      ),
  },
  {
    id: 'connection-reset-of-other-drops',
    breaks: 'gives up its WebSocket over a CONNECTION_RESET for another stream',
    rules: ['S10'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => (value.type === CONNECTION_RESET && !wire.isCurrent(value) ? wire.drop() : value)),
  },
  {
    id: 'connection-reset-of-any',
    breaks: 'closes its newest connection over a CONNECTION_RESET for one it does not know',
    rules: ['S10'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        const live = wire.streamOf(value)?.connections;
        if (value.type !== CONNECTION_RESET || live === undefined || live.has(value.connectionId))
          return value;
        return { ...value, connectionId: [...live].at(-1) ?? 0 };
      }),
  },
  {
    id: 'data-of-any-connection',
    breaks: 'does not look at the connection id of DATA',
    rules: ['S9', 'S10'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        const [first] = wire.streamOf(value)?.connections ?? [];
        return value.type === DATA && first !== undefined ? { ...value, connectionId: first } : value;
      }),
  },
  {
    id: 'connection-id-fixed',
    breaks: 'gives every connection id 1',
    rules: ['S9'],
    versions: V3_ONLY,
    hooks: () => up((value) => (value.connectionId === 0 ? value : { ...value, connectionId: 1 })),
  },
  {
    id: 'connection-id-a-byte',
    breaks: 'keeps 8 bits of a connection id',
    rules: ['S9'],
    roles: ['destination'],
    versions: V3_ONLY,
    hooks: () => up((value) => ({ ...value, connectionId: value.connectionId & 0xff })),
  },
  {
    id: 'connections-are-streams',
    breaks: 'as source starts a stream for each connection, as in V2',
    rules: ['S9'],
    roles: ['source'],
    versions: V3_ONLY,
    hooks: () =>
      up((value) =>
        value.connectionId < 2
          ? value
          : {
              ...value,
              streamId: value.streamId ^ value.connectionId,
              type: value.type === CONNECTION_START ? STREAM_START : value.type,
            },
      ),
  },
  {
    id: 'stream-reset-of-one',
    breaks: 'closes one connection only over STREAM_RESET',
    rules: ['S11'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        const [first] = wire.streamOf(value)?.connections ?? [];
        if (value.type !== STREAM_RESET || first === undefined) return value;
        return { ...value, type: CONNECTION_RESET, connectionId: first };
      }),
  },
  {
    id: 'stream-reset-for-connection',
    breaks: 'reports one connection with STREAM_RESET, as the reference does for a failed dial',
    rules: ['S9', 'S8', 'S10'],
    roles: ['destination'],
    versions: V3_ONLY,
    hooks: () => up((value) => (value.type === CONNECTION_RESET ? { ...value, type: STREAM_RESET } : value)),
  },
  {
    id: 'duplicate-start-ignored',
    breaks: 'ignores CONNECTION_START for a live connection',
    rules: ['S9'],
    roles: ['destination'],
    versions: V3_ONLY,
    hooks: (wire) => {
      const live = new Set<number>();
      return down((value) => {
        if (value.type === STREAM_START) live.add(value.connectionId);
        if (value.type !== CONNECTION_START || wire.role === 'source') return value;
        if (live.has(value.connectionId)) return null;
        live.add(value.connectionId);
        return value;
      });
    },
  },
  {
    id: 'few-connections',
    breaks: 'serves 8 connections at once although it claims more',
    rules: ['S9'],
    versions: V3_ONLY,
    hooks: (wire) => {
      const limit = (value: Message) => {
        const live = wire.streamOf(value)?.connections.size ?? 0;
        return value.type === CONNECTION_START && live > FEW_CONNECTIONS ? null : value;
      };
      return { up: { message: limit }, down: { message: limit } };
    },
  },
  {
    id: 'last-connection-ends-all',
    breaks: 'serves nothing after the last connection of a stream has ended',
    rules: ['S9', 'S8', 'S3'],
    versions: V3_ONLY,
    hooks: () => {
      let live = 0;
      let isOver = false;
      const count = (value: Message) => {
        if (isStart(value)) live++;
        if (value.type === CONNECTION_RESET && --live === 0) isOver = true;
        return isOver && isStart(value) ? null : value;
      };
      return { up: { message: count }, down: { message: count } };
    },
  },
  {
    id: 'end-of-one-ends-all',
    breaks: 'when an application closes its connection, closes those of all',
    rules: ['S8', 'S10', 'S9'],
    versions: V3_ONLY,
    hooks: (wire) =>
      up((value) => {
        if (isReset(value)) wire.toClient({ ...value, type: STREAM_RESET, connectionId: 0 });
        return value;
      }),
  },
  {
    id: 'close-of-first-ends-all',
    breaks: 'takes the first connection for the stream: with it all end',
    rules: ['S8', 'S10'],
    versions: V3_ONLY,
    hooks: (wire) => {
      const first = new Map<number, number>();
      const started = (value: Message) => {
        if (value.type === STREAM_START) first.set(value.streamId, value.connectionId);
        return value;
      };
      return {
        up: {
          message: (value) => {
            const isFirst = first.get(value.streamId) === value.connectionId;
            if (value.type === CONNECTION_RESET && isFirst) {
              wire.toClient({ ...value, type: STREAM_RESET, connectionId: 0 });
            }
            return started(value);
          },
        },
        down: { message: started },
      };
    },
  },
  {
    id: 'close-reports-first',
    breaks: 'reports the end of its first connection, whichever was closed',
    rules: ['S8', 'S10'],
    versions: V3_ONLY,
    hooks: (wire) =>
      up((value) => {
        const [first = value.connectionId] = wire.streamOf(value)?.connections ?? [];
        return value.type === CONNECTION_RESET ? { ...value, connectionId: first } : value;
      }),
  },
  {
    id: 'connection-on-ended-stream',
    breaks: 'goes on with CONNECTION_START on a stream that was reset',
    rules: ['S11', 'S3'],
    roles: ['source'],
    versions: V3_ONLY,
    hooks: () => {
      /** The id told to the service, and the client's own. */
      let told = 0;
      let own = 0;
      let wasReset = false;
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) own = value.streamId;
            if (value.type === STREAM_START && !wasReset) told = value.streamId;
            if (value.streamId !== own) return value;
            const type = value.type === STREAM_START && wasReset ? CONNECTION_START : value.type;
            return { ...value, streamId: told, type };
          },
        },
        down: {
          message: (value) => {
            if (value.streamId !== told || told === 0) return value;
            wasReset ||= value.type === STREAM_RESET;
            return { ...value, streamId: own };
          },
        },
      };
    },
  },
  {
    id: 'connection-success-answered',
    breaks: 'answers a further connection with a message of a type of its own',
    rules: ['S4', 'S9'],
    roles: ['destination'],
    versions: V3_ONLY,
    hooks: (wire) =>
      down((value) => {
        if (value.type === CONNECTION_START) wire.toService({ ...value, type: 43, ignorable: true });
        return value;
      }),
  },
];
