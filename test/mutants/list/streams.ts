import { type Message, message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  CONNECTION_START,
  DATA,
  down,
  isReset,
  isStart,
  STREAM_RESET,
  STREAM_START,
  up,
} from './vocabulary.js';

const MANY_STREAMS = 25;

/** Clients that get the start of streams wrong, and whose they are. */
export const STREAMS: readonly Mutant[] = [
  {
    id: 'stream-id-reused',
    breaks: 'gives every stream the same id',
    rules: ['S3', 'S7'],
    roles: ['source'],
    hooks: () => {
      const real = new Map<string, number>();
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) real.set(value.serviceId, value.streamId);
            return value.streamId === 0 ? value : { ...value, streamId: 1 };
          },
        },
        down: {
          message: (value) =>
            value.streamId === 1 ? { ...value, streamId: real.get(value.serviceId) ?? 1 } : value,
        },
      };
    },
  },
  {
    id: 'start-waits-for-data',
    breaks: 'sends STREAM_START with the first bytes of the application only',
    rules: ['S3'],
    roles: ['source'],
    hooks: () => {
      let held: Message[] = [];
      return up((value) => {
        if (isStart(value)) {
          held.push(value);
          return null;
        }
        const all = [...held, value];
        held = [];
        return all;
      });
    },
  },
  {
    id: 'first-bytes-lost',
    breaks: 'forgets what the application wrote before the stream was there',
    rules: ['S3'],
    roles: ['source'],
    hooks: () => {
      const fresh = new Set<number>();
      return up((value) => {
        if (value.type === STREAM_START) fresh.add(value.streamId);
        return value.type === DATA && fresh.delete(value.streamId) ? null : value;
      });
    },
  },
  {
    id: 'data-before-stream-start',
    breaks: 'sends DATA, then STREAM_START',
    rules: ['S3'],
    roles: ['source'],
    hooks: (wire) =>
      up((value) => {
        if (value.type !== STREAM_START) return value;
        setTimeout(() => wire.toService(value), 20);
        return null;
      }),
  },
  {
    id: 'early-data-lost',
    breaks: 'drops DATA that comes while it still dials',
    rules: ['S4', 'S3', 'W4'],
    roles: ['destination'],
    hooks: () => {
      let dialling = 0;
      return down((value) => {
        if (isStart(value)) dialling = performance.now() + 25;
        return value.type === DATA && performance.now() < dialling ? null : value;
      });
    },
  },
  {
    id: 'start-answered',
    breaks: 'answers STREAM_START with a message of a type of its own',
    rules: ['S4'],
    roles: ['destination'],
    hooks: (wire) =>
      down((value) => {
        if (value.type === STREAM_START) wire.toService({ ...value, type: 42, ignorable: true });
        return value;
      }),
  },
  {
    id: 'not-dialled',
    breaks: 'does not dial for STREAM_START',
    rules: ['S4'],
    roles: ['destination'],
    hooks: () => down((value) => (value.type === STREAM_START ? null : value)),
  },
  {
    id: 'dead-after-refusal',
    breaks: 'serves no stream after one that could not be dialled',
    rules: ['S4'],
    roles: ['destination'],
    hooks: (wire) =>
      up((value) => {
        if (isReset(value)) setImmediate(() => wire.hang());
        return value;
      }),
  },
  {
    id: 'refusal-of-other-stream',
    breaks: 'reports a failed dial with another stream id',
    rules: ['S4', 'S8', 'S9'],
    roles: ['destination'],
    hooks: () => {
      /** Connections that have carried something: their dial has not failed. */
      const dialled = new Set<string>();
      return up((value) => {
        const key = `${value.serviceId} ${value.streamId} ${value.connectionId}`;
        if (value.type === DATA) dialled.add(key);
        return isReset(value) && !dialled.has(key) ? { ...value, streamId: value.streamId + 1 } : value;
      });
    },
  },
  {
    id: 'replacing-start-swallowed',
    breaks: 'closes the old stream over a new STREAM_START and swallows that, as the reference does',
    rules: ['S5'],
    roles: ['destination'],
    hooks: () => {
      const live = new Map<string, number>();
      return down((value) => {
        const old = live.get(value.serviceId);
        if (value.type === STREAM_RESET && old === value.streamId) live.delete(value.serviceId);
        if (value.type !== STREAM_START) return value;
        if (old === undefined) {
          live.set(value.serviceId, value.streamId);
          return value;
        }
        live.delete(value.serviceId);
        return { ...value, type: STREAM_RESET, streamId: old, connectionId: 0 };
      });
    },
  },
  {
    id: 'replaced-stream-stays',
    breaks: 'leaves the connection of a replaced stream open and serves no new one',
    rules: ['S5'],
    roles: ['destination'],
    hooks: () => {
      const live = new Map<string, number>();
      return down((value) => {
        if (isReset(value)) live.delete(value.serviceId);
        if (value.type !== STREAM_START) return value;
        if (live.has(value.serviceId)) return null;
        live.set(value.serviceId, value.streamId);
        return value;
      });
    },
  },
  {
    id: 'services-mixed',
    breaks: 'delivers every third DATA to another service',
    rules: ['S14'],
    versions: ['V2', 'V3'],
    hooks: (wire) => {
      let count = 0;
      return down((value) => {
        const other = [...wire.streams.values()].find(({ serviceId }) => serviceId !== value.serviceId);
        if (value.type !== DATA || other === undefined || ++count % 3 !== 0) return value;
        const [connectionId = 0] = other.connections;
        return { ...value, serviceId: other.serviceId, streamId: other.streamId, connectionId };
      });
    },
  },
  {
    id: 'stream-id-is-the-key',
    breaks: 'keys streams by their id alone, as a public Go client does',
    rules: ['S14'],
    roles: ['destination'],
    versions: ['V2', 'V3'],
    hooks: () => {
      const last = new Map<number, string>();
      return down((value) => {
        if (value.type === STREAM_START) last.set(value.streamId, value.serviceId);
        const serviceId = last.get(value.streamId);
        return serviceId === undefined ? value : { ...value, serviceId };
      });
    },
  },
  {
    id: 'stream-id-unsigned',
    breaks: 'refuses negative stream ids',
    rules: ['S4', 'M2'],
    roles: ['destination'],
    hooks: () => down((value) => (value.streamId < 0 ? null : value)),
  },
  {
    id: 'stream-id-16-bit',
    breaks: 'keeps 16 bits of a stream id',
    rules: ['S4', 'M2', 'S3'],
    hooks: () => up((value) => ({ ...value, streamId: value.streamId & 0xffff })),
  },
  {
    id: 'dies-of-unknown-service',
    breaks: 'crashes over a stream for a service it does not have',
    rules: ['S17'],
    roles: ['destination'],
    versions: ['V2', 'V3'],
    hooks: (wire) => down((value) => (value.serviceId === 'OTHER' ? wire.crash() : value)),
  },
  {
    id: 'source-takes-start',
    breaks: 'as source passes over STREAM_START and CONNECTION_START',
    rules: ['S6', 'S9'],
    roles: ['source'],
    hooks: () => down((value) => (isStart(value) ? null : value)),
  },
  {
    id: 'source-dies-of-start',
    breaks: 'as source crashes over CONNECTION_START, as the reference does',
    rules: ['S17', 'S9'],
    roles: ['source'],
    hooks: (wire) => down((value) => (value.type === CONNECTION_START ? wire.crash() : value)),
  },
  {
    id: 'second-application-kills',
    breaks: 'crashes when a second application takes the place of the first',
    rules: ['S17', 'S3'],
    roles: ['source'],
    versions: ['V2', 'V1'],
    hooks: (wire) => {
      let hasJustEnded = false;
      return up((value) => {
        if (value.type === STREAM_START && hasJustEnded) return wire.crash();
        if (value.type !== STREAM_RESET) return value;
        hasJustEnded = true;
        setImmediate(() => {
          hasJustEnded = false;
        });
        return value;
      });
    },
  },
  {
    id: 'streams-run-out',
    breaks: 'hangs after 25 streams or connections',
    rules: ['S17', 'S3'],
    hooks: (wire) => {
      let count = 0;
      const counted = (value: Message) => (isStart(value) && ++count > MANY_STREAMS ? wire.hang() : value);
      return { up: { message: counted }, down: { message: counted } };
    },
  },
  {
    id: 'answers-on-fixed-stream',
    breaks: 'answers on stream 5, whichever was started, as public Rust agents do',
    rules: ['S4'],
    roles: ['destination'],
    hooks: () => up((value) => (value.streamId === 0 ? value : { ...value, streamId: 5 })),
  },
  {
    id: 'replaced-resets-new',
    breaks: 'when a stream is replaced, sends STREAM_RESET with the id of the new one',
    rules: ['S5'],
    roles: ['destination'],
    hooks: (wire) => {
      const live = new Set<string>();
      return down((value) => {
        if (isReset(value)) live.delete(value.serviceId);
        if (value.type !== STREAM_START) return value;
        if (live.has(value.serviceId)) wire.toService({ ...value, type: STREAM_RESET, connectionId: 0 });
        live.add(value.serviceId);
        return value;
      });
    },
  },
  {
    id: 'source-keeps-websocket',
    breaks:
      'as source closes the application over STREAM_START, but keeps its WebSocket, as the reference does',
    rules: ['S6'],
    roles: ['source'],
    hooks: () => {
      let live: Message | undefined;
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) live = value;
            return value;
          },
        },
        down: {
          message: (value) => {
            if (value.type !== STREAM_START || live === undefined) return value;
            return message({ type: STREAM_RESET, streamId: live.streamId, serviceId: live.serviceId });
          },
        },
      };
    },
  },
];
