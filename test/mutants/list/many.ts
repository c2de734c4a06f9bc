import type { Message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  CONNECTION_START,
  DATA,
  down,
  isKnown,
  SERVICE_IDS,
  STREAM_RESET,
  STREAM_START,
} from './vocabulary.js';

const DECLARED_CONNECTIONS = 16;
const A_SMALL_TABLE = 128;
const FEW_IDS = 20;
const UNLUCKY = 60;
const UNREAD_BYTES = 10_000;
const A_SMALL_MAP = 8;

/** Clients that were only ever tried with few of a kind. */
export const MANY: readonly Mutant[] = [
  {
    id: 'dies-of-one-too-many',
    breaks: 'crashes over one connection more than it claims',
    rules: ['S9', 'S17'],
    versions: ['V3'],
    declares: { connections: DECLARED_CONNECTIONS },
    hooks: (wire) => {
      const limit = (value: Message) => {
        const live = wire.streamOf(value)?.connections.size ?? 0;
        return value.type === CONNECTION_START && live > DECLARED_CONNECTIONS ? wire.crash() : value;
      };
      return { up: { message: limit }, down: { message: limit } };
    },
  },
  {
    id: 'dies-of-129th-connection',
    breaks: 'crashes over the 129th connection, although it claims more, as a public client does',
    rules: ['S9', 'S17'],
    versions: ['V3'],
    declares: { connections: 200 },
    hooks: (wire) => {
      const limit = (value: Message) => {
        const live = wire.streamOf(value)?.connections.size ?? 0;
        return value.type === CONNECTION_START && live > A_SMALL_TABLE ? wire.crash() : value;
      };
      return { up: { message: limit }, down: { message: limit } };
    },
  },
  {
    id: 'eight-services-at-most',
    breaks: 'carries nothing for services beyond the eighth, although it claims more',
    rules: ['S14'],
    versions: ['V3', 'V2'],
    hooks: (wire) => {
      const isKnown = (value: Message): boolean =>
        [...wire.streams.keys()].indexOf(value.serviceId) < A_SMALL_MAP;
      const limit = (value: Message) => (value.type === DATA && !isKnown(value) ? null : value);
      return { up: { message: limit }, down: { message: limit } };
    },
  },
  {
    id: 'connection-ids-once',
    breaks: 'passes over CONNECTION_START with an id that had been used before',
    rules: ['S9', 'S10'],
    roles: ['destination'],
    versions: ['V3'],
    hooks: () => {
      const used = new Set<string>();
      return down((value) => {
        if (value.type !== CONNECTION_START) return value;
        const key = `${value.streamId} ${value.connectionId}`;
        if (used.has(key)) return null;
        used.add(key);
        return value;
      });
    },
  },
  {
    id: 'third-service-is-second',
    breaks: 'takes the third service of a tunnel for the second',
    rules: ['S14', 'S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) => {
        const [, second, third] = [...wire.streams.values()];
        if (value.type !== DATA || second === undefined || value.serviceId !== third?.serviceId) return value;
        const [connectionId = 0] = second.connections;
        return { ...value, serviceId: second.serviceId, streamId: second.streamId, connectionId };
      }),
  },
  {
    id: 'ids-of-a-small-space',
    breaks: 'draws stream ids from a space of 20, as the article draws them from one of 1000',
    rules: ['S3', 'M2'],
    roles: ['source'],
    hooks: () => numbered((count) => 1 + ((count * 7) % FEW_IDS)),
  },
  {
    id: 'zero-now-and-then',
    breaks: 'draws stream id 0 once in a while, as the article does once in a thousand streams',
    rules: ['S3', 'M2'],
    roles: ['source'],
    hooks: () => numbered((count) => (count % UNLUCKY === UNLUCKY - 1 ? 0 : count + 1)),
  },
  {
    id: 'ignorable-is-ignored',
    breaks: 'ignores starts and ends that are marked ignorable',
    rules: ['M10', 'S4', 'S8'],
    hooks: () => down((value) => (value.ignorable && isKnown(value) && value.type !== DATA ? null : value)),
  },
  {
    id: 'dies-of-unnamed-unknown-type',
    breaks: 'crashes over an unknown type on a stream without service id',
    rules: ['M10', 'M12'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        !isKnown(value) && value.serviceId === '' && value.streamId !== 0 ? wire.crash() : value,
      ),
  },
  {
    id: 'dies-of-bare-unknown-type',
    breaks: 'crashes over an unknown type without any id',
    rules: ['M10', 'M12'],
    hooks: (wire) => down((value) => (!isKnown(value) && value.streamId === 0 ? wire.crash() : value)),
  },
  {
    id: 'unread-application-blocks-others',
    breaks: 'serves no other service while an application leaves 10 kB unanswered',
    rules: ['S14', 'S17'],
    versions: ['V3', 'V2'],
    hooks: () => {
      const unread = new Map<string, number>();
      return {
        up: {
          message: (value) => {
            unread.delete(value.serviceId);
            return value;
          },
        },
        down: {
          message: (value) => {
            const { serviceId, payload } = value;
            const isStuck = [...unread].some(([id, bytes]) => id !== serviceId && bytes > UNREAD_BYTES);
            if (value.type === DATA) unread.set(serviceId, (unread.get(serviceId) ?? 0) + payload.length);
            if (value.type === STREAM_RESET) unread.delete(serviceId);
            return value.type === DATA && isStuck ? null : value;
          },
        },
      };
    },
  },
  {
    id: 'dies-without-service-ids',
    breaks: 'crashes over SERVICE_IDS without an id',
    rules: ['X1', 'M12', 'S2'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        value.type === SERVICE_IDS && value.availableServiceIds.length === 0 ? wire.crash() : value,
      ),
  },
];

/** Gives a source's streams other ids than its own, by their number. */
function numbered(idOf: (count: number) => number): ReturnType<Mutant['hooks']> {
  const own = new Map<string, number>();
  const told = new Map<string, number>();
  let count = 0;
  return {
    up: {
      message: (value) => {
        const { type, serviceId } = value;
        if (type === STREAM_START) {
          own.set(serviceId, value.streamId);
          told.set(serviceId, idOf(count++));
        }
        if (value.streamId === 0 || value.streamId !== own.get(serviceId)) return value;
        return { ...value, streamId: told.get(serviceId)! };
      },
    },
    down: {
      message: (value) => {
        const { streamId, serviceId } = value;
        const isCurrent = streamId === told.get(serviceId) && own.has(serviceId);
        return isCurrent ? { ...value, streamId: own.get(serviceId)! } : value;
      },
    },
  };
}
