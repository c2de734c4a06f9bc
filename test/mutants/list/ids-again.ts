import type { Mutant } from '../mutant.js';
import { CONNECTION_START, down, STREAM_RESET, STREAM_START } from './vocabulary.js';

/** How late a stream is closed, in milliseconds. */
const LATE_MS = 3;

/** Clients that get ids wrong that are used again. */
export const IDS_AGAIN: readonly Mutant[] = [
  {
    id: 'reset-closes-late',
    breaks: 'closes a stream a moment after STREAM_RESET, by its id, whichever stream has it then',
    rules: ['S4', 'S8', 'W4'],
    roles: ['destination'],
    hooks: (wire) =>
      down((value) => {
        if (value.type !== STREAM_RESET || !wire.isCurrent(value)) return value;
        setTimeout(() => wire.toClient(value), LATE_MS);
        return null;
      }),
  },
  {
    id: 'stream-ids-once',
    breaks: 'passes over STREAM_START with an id that was reset before',
    rules: ['S4', 'S8'],
    roles: ['destination'],
    hooks: () => {
      const over = new Set<string>();
      return down((value) => {
        const key = `${value.serviceId} ${value.streamId}`;
        if (value.type === STREAM_RESET) over.add(key);
        return value.type === STREAM_START && over.has(key) ? null : value;
      });
    },
  },
  {
    id: 'live-id-dials-again',
    breaks: 'dials for STREAM_START with the id that is live, and leaves the old connection open',
    rules: ['S5', 'S17'],
    roles: ['destination'],
    versions: ['V3'],
    hooks: () => {
      let live = 0;
      let extra = 100;
      return down((value) => {
        if (value.type === STREAM_RESET) live = 0;
        if (value.type !== STREAM_START) return value;
        if (value.streamId === live) return { ...value, type: CONNECTION_START, connectionId: ++extra };
        live = value.streamId;
        return value;
      });
    },
  },
  {
    id: 'live-id-kills',
    breaks: 'hangs over STREAM_START with the id that is live',
    rules: ['S5', 'S17'],
    roles: ['destination'],
    hooks: (wire) => {
      const live = new Map<string, number>();
      return down((value) => {
        if (value.type === STREAM_RESET) live.delete(value.serviceId);
        if (value.type !== STREAM_START) return value;
        if (live.get(value.serviceId) === value.streamId) return wire.hang();
        live.set(value.serviceId, value.streamId);
        return value;
      });
    },
  },
];
