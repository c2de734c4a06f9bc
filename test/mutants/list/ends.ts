import { type Message, message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import {
  CONNECTION_RESET,
  DATA,
  down,
  isReset,
  isStart,
  SESSION_RESET,
  STREAM_RESET,
  up,
} from './vocabulary.js';

const BUFFER_BYTES = 150_000;

/** Clients that get the end of streams wrong, or what comes late. */
export const ENDS: readonly Mutant[] = [
  {
    id: 'stream-reset-ignored',
    breaks: 'ignores STREAM_RESET',
    rules: ['S8', 'S11', 'X1', 'X2'],
    hooks: () => down((value) => (value.type === STREAM_RESET ? null : value)),
  },
  {
    id: 'session-reset-ignored',
    breaks: 'ignores SESSION_RESET',
    rules: ['S12'],
    hooks: () => down((value) => (value.type === SESSION_RESET ? null : value)),
  },
  {
    id: 'session-reset-deafens',
    breaks: 'stops reading after SESSION_RESET, as the reference does',
    rules: ['S12'],
    hooks: (wire) => down((value) => (value.type === SESSION_RESET ? wire.hang() : value)),
  },
  {
    id: 'session-reset-of-first',
    breaks: 'closes one stream only on SESSION_RESET',
    rules: ['S12'],
    hooks: (wire) =>
      down((value) => {
        const [first] = wire.streams.values();
        if (value.type !== SESSION_RESET || first === undefined) return value;
        return message({ type: STREAM_RESET, streamId: first.streamId, serviceId: first.serviceId });
      }),
  },
  {
    id: 'session-reset-drops',
    breaks: 'gives up its WebSocket over SESSION_RESET',
    rules: ['S12'],
    hooks: (wire) => down((value) => (value.type === SESSION_RESET ? wire.drop() : value)),
  },
  {
    id: 'stale-data-taken',
    breaks: 'does not look at the stream id of DATA',
    rules: ['S7', 'S13'],
    hooks: (wire) =>
      down((value) => {
        const stream = wire.streamOf(value);
        if (value.type !== DATA || stream === undefined) return value;
        return { ...value, streamId: stream.streamId };
      }),
  },
  {
    id: 'stale-reset-taken',
    breaks: 'does not look at the stream id of STREAM_RESET',
    rules: ['S7', 'S13'],
    hooks: (wire) =>
      down((value) => {
        const stream = wire.streamOf(value);
        if (value.type !== STREAM_RESET || stream === undefined) return value;
        return { ...value, streamId: stream.streamId };
      }),
  },
  {
    id: 'stale-message-drops',
    breaks: 'gives up its WebSocket over a stale message',
    rules: ['S7', 'S13'],
    hooks: (wire) =>
      down((value) =>
        (value.type === DATA || value.type === STREAM_RESET) && !wire.isCurrent(value) ? wire.drop() : value,
      ),
  },
  {
    id: 'stale-data-answered',
    breaks: 'answers stale DATA with STREAM_RESET',
    rules: ['S7'],
    hooks: (wire) =>
      down((value) => {
        if (value.type === DATA && !wire.isCurrent(value)) {
          wire.toService({ ...value, type: STREAM_RESET, connectionId: 0, payload: Buffer.alloc(0) });
        }
        return value;
      }),
  },
  {
    id: 'end-not-reported',
    breaks: 'sends nothing when an application closes, nor when a dial fails, as a public Go client does',
    rules: ['S8', 'S4', 'S9'],
    hooks: () => up((value) => (isReset(value) ? null : value)),
  },
  {
    id: 'tail-lost',
    breaks: 'sends the reset before the last bytes of the application',
    rules: ['S8'],
    hooks: () => {
      let sent = 0;
      return up((value) => {
        if (value.type !== DATA) return value;
        // What fits the first write goes out; the rest waits for a second one that never comes.
        const room = Math.max(0, BUFFER_BYTES - sent);
        sent += value.payload.length;
        return room === 0 ? null : { ...value, payload: value.payload.subarray(0, room) };
      });
    },
  },
  {
    id: 'not-flushed',
    breaks: 'closes on a reset without flushing what came right before it',
    rules: ['S8'],
    hooks: () => {
      let bytes = 0;
      return down((value) => {
        if (value.type !== DATA) return value;
        bytes += value.payload.length;
        return bytes > 500_000 ? null : value;
      });
    },
  },
  {
    id: 'reset-closes-all-services',
    breaks: 'closes the streams of every service over one STREAM_RESET',
    rules: ['S14'],
    versions: ['V2', 'V3'],
    hooks: (wire) =>
      down((value) =>
        value.type === STREAM_RESET && wire.isCurrent(value) ? message({ type: SESSION_RESET }) : value,
      ),
  },
  {
    id: 'empty-stream-kills',
    breaks: 'hangs after a stream that carried nothing',
    rules: ['S8', 'S17'],
    hooks: (wire) => {
      let carried = true;
      const seen = (value: Message) => {
        if (isStart(value)) carried = false;
        else if (value.type === DATA) carried = true;
        else if (isReset(value) && !carried) return wire.hang();
        return value;
      };
      return { up: { message: seen }, down: { message: seen } };
    },
  },
  {
    id: 'abort-kills',
    breaks: 'crashes when a stream ends from its own side',
    rules: ['S8', 'S17'],
    hooks: (wire) =>
      up((value) => (value.type === STREAM_RESET || value.type === CONNECTION_RESET ? wire.crash() : value)),
  },
  {
    id: 'second-end-kills',
    breaks: 'crashes over a STREAM_RESET for a stream that was reset before',
    rules: ['S7', 'S17'],
    hooks: (wire) => {
      const over = new Set<number>();
      return down((value) => {
        if (value.type === STREAM_RESET && over.has(value.streamId)) return wire.crash();
        if (value.type === STREAM_RESET) over.add(value.streamId);
        return value;
      });
    },
  },
  {
    id: 'crossing-ends-kill',
    breaks: 'hangs when a stream is reset whose application has closed already',
    rules: ['S8', 'S7'],
    hooks: (wire) => {
      const over = new Set<number>();
      return {
        up: {
          message: (value) => {
            if (isReset(value)) over.add(value.streamId);
            return value;
          },
        },
        down: {
          message: (value) => (value.type === STREAM_RESET && over.has(value.streamId) ? wire.hang() : value),
        },
      };
    },
  },
  {
    id: 'dies-of-unnamed-stale',
    breaks: 'crashes over a stale message without service id, as the public C client does',
    rules: ['S7', 'X1'],
    versions: ['V3', 'V2'],
    hooks: (wire) =>
      down((value) =>
        value.streamId !== 0 && value.serviceId === '' && !wire.isCurrent(value) ? wire.crash() : value,
      ),
  },
];
