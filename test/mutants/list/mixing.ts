import { MessageType } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  CONNECTION_RESET,
  CONNECTION_START,
  DATA,
  down,
  isReset,
  SERVICE_IDS,
  STREAM_RESET,
  STREAM_START,
  up,
} from './vocabulary.js';

const DESTINATION = ['destination'] as const;

/** Clients that get peers of another version wrong. */
export const MIXING: readonly Mutant[] = [
  {
    id: 'v2-refuses-connection-ids',
    breaks: 'in V2 drops messages that carry a connection id',
    rules: ['X2'],
    roles: DESTINATION,
    versions: ['V2'],
    hooks: () => down((value) => (value.connectionId === 0 ? value : null)),
  },
  {
    id: 'v3-source-needs-connection-ids',
    breaks: 'as V3 source drops what a V2 peer sends without connection id',
    rules: ['X2'],
    roles: ['source'],
    versions: ['V3'],
    hooks: () => down((value) => (value.type === DATA && value.connectionId === 0 ? null : value)),
  },
  {
    id: 'v2-deaf-after-v3',
    breaks: 'in V2 stops reading after CONNECTION_START or CONNECTION_RESET',
    rules: ['X2', 'M10'],
    versions: ['V2', 'V1'],
    hooks: (wire) => down((value) => (value.type > MessageType.SERVICE_IDS ? wire.hang() : value)),
  },
  {
    id: 'v1-refuses-service-ids',
    breaks: 'in V1 drops messages that name a service',
    rules: ['X1'],
    versions: ['V1'],
    hooks: () => down((value) => (value.serviceId === '' ? value : null)),
  },
  {
    id: 'v3-refuses-v2',
    breaks: 'in V3 does not serve a stream without connection id',
    rules: ['X3'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => down((value) => (value.type === STREAM_START && value.connectionId === 0 ? null : value)),
  },
  {
    id: 'v3-resets-v2-connection',
    breaks: 'ends a V2 stream with CONNECTION_RESET',
    rules: ['X3', 'S8'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () =>
      up((value) =>
        isReset(value) && value.connectionId === 0
          ? { ...value, type: CONNECTION_RESET, connectionId: 1 }
          : value,
      ),
  },
  {
    id: 'deaf-without-connection-id',
    breaks: 'stops reading after DATA without the connection id of its stream',
    rules: ['X4'],
    versions: ['V3'],
    hooks: (wire) => down((value) => (value.type === DATA && value.connectionId === 0 ? wire.hang() : value)),
  },
  {
    id: 'unnamed-stream-refused',
    breaks: 'does not serve a stream without service id where the tunnel has services, as the reference',
    rules: ['X1', 'M12'],
    roles: DESTINATION,
    versions: ['V2', 'V3'],
    hooks: () => down((value) => (value.type === STREAM_START && value.serviceId === '' ? null : value)),
  },
  {
    id: 'names-service-to-v1',
    breaks: 'names the service on a stream that was started without',
    rules: ['X1', 'M12'],
    roles: DESTINATION,
    versions: ['V2', 'V3'],
    hooks: () => up((value) => (value.serviceId === '' ? { ...value, serviceId: 'SSH' } : value)),
  },
  {
    id: 'ignorable-dropped',
    breaks: 'drops every message with ignorable, known or not, as a public Go client does',
    rules: ['M10'],
    hooks: () => down((value) => (value.ignorable && value.type !== SERVICE_IDS ? null : value)),
  },
  {
    id: 'reset-of-v2-ignored',
    breaks: 'does not let STREAM_RESET end a stream that began without connection id',
    rules: ['X3', 'X2'],
    roles: DESTINATION,
    versions: ['V2', 'V3'],
    hooks: () => down((value) => (value.type === STREAM_RESET ? null : value)),
  },
  {
    id: 'v1-refuses-named-start',
    breaks: 'in V1 does not dial for a STREAM_START that names a service',
    rules: ['X1'],
    roles: DESTINATION,
    versions: ['V1'],
    hooks: () => down((value) => (value.type === STREAM_START && value.serviceId !== '' ? null : value)),
  },
  {
    id: 'unnamed-answers-refused',
    breaks: 'as V2 source drops what comes without a service id, as the reference does',
    rules: ['X1', 'M12'],
    roles: ['source'],
    versions: ['V2'],
    hooks: () => down((value) => (value.streamId !== 0 && value.serviceId === '' ? null : value)),
  },
  {
    id: 'v2-stream-takes-id',
    breaks: 'takes over a connection id that comes on a V2 stream',
    rules: ['X3'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => {
      const taken = new Map<number, number>();
      return {
        down: {
          message: (value) => {
            if (value.type === STREAM_START && value.connectionId === 0) taken.set(value.streamId, 0);
            if (!taken.has(value.streamId) || value.type !== DATA) return value;
            taken.set(value.streamId, value.connectionId || taken.get(value.streamId)!);
            return { ...value, connectionId: 0 };
          },
        },
        up: {
          message: (value) => ({
            ...value,
            connectionId: value.connectionId || (taken.get(value.streamId) ?? 0),
          }),
        },
      };
    },
  },
  {
    id: 'v2-stream-ends-on-id',
    breaks: 'ends a V2 stream over a message with a connection id',
    rules: ['X3'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => {
      const v2 = new Set<number>();
      return down((value) => {
        if (value.type === STREAM_START && value.connectionId === 0) v2.add(value.streamId);
        const isLater = value.type === DATA && value.connectionId !== 0 && v2.has(value.streamId);
        return isLater ? { ...value, type: STREAM_RESET, connectionId: 0 } : value;
      });
    },
  },
  {
    id: 'v2-stream-sticks',
    breaks: 'after one V2 stream sends no connection ids any more, as the reference does until it reconnects',
    rules: ['X3', 'S9'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: () => {
      let sticks = false;
      return {
        down: {
          message: (value) => {
            sticks ||= value.type === STREAM_START && value.connectionId === 0;
            return sticks && value.type === CONNECTION_START ? null : value;
          },
        },
        up: { message: (value) => (sticks ? { ...value, connectionId: 0 } : value) },
      };
    },
  },
  {
    id: 'deaf-after-connection-message',
    breaks: 'stops reading after CONNECTION_START or CONNECTION_RESET on a V2 stream',
    rules: ['X3', 'S17'],
    roles: DESTINATION,
    versions: ['V3'],
    hooks: (wire) => {
      const v2 = new Set<number>();
      return down((value) => {
        if (value.type === STREAM_START && value.connectionId === 0) v2.add(value.streamId);
        return value.type > MessageType.SERVICE_IDS && v2.has(value.streamId) ? wire.hang() : value;
      });
    },
  },
  {
    id: 'format-mixed',
    breaks: 'starts streams without connection id and sends DATA with one, as a public browser client does',
    rules: ['M13'],
    roles: ['source'],
    versions: ['V3'],
    hooks: () => up((value) => (value.type === STREAM_START ? { ...value, connectionId: 0 } : value)),
  },
];
