import { encodeFrame, message } from '../../../src/protocol/index.js';
import { Opcode } from '../../../src/scenario-runner/wire/server-frames.js';
import {
  DATA,
  down,
  downFrames,
  SERVICE_IDS,
  STREAM_RESET,
  STREAM_START,
  up,
  upFrames,
} from '../list/vocabulary.js';
import type { MutantService } from './mutant-service.js';

/** More than any scenario but a flood sends on one connection, in bytes. */
const MORE_THAN_USUAL = 2_500_000;
/** Pings that a narrow service bears. */
const BEARABLE = 1000;
const LARGEST_FRAME = 131_076;

const isPing = ({ opcode }: { opcode: number }): boolean => opcode === Opcode.PING;

/** Services that get messages wrong, or what becomes of a tunnel when a side goes, floods or stalls. */
export const RELAYING: readonly MutantService[] = [
  {
    id: 'no-service-ids',
    breaks: 'sends no SERVICE_IDS',
    rules: ['S1'],
    caughtBy: ['service/service-ids-first'],
    hooks: () => down((value) => (value.type === SERVICE_IDS ? null : value)),
  },
  {
    id: 'service-ids-second',
    breaks: 'sends STREAM_RESET before SERVICE_IDS',
    rules: ['S1'],
    caughtBy: ['service/service-ids-first'],
    hooks: () =>
      down((value) =>
        value.type === SERVICE_IDS ? [message({ type: STREAM_RESET, streamId: 1 }), value] : value,
      ),
  },
  {
    id: 'first-service-only',
    breaks: 'names the first of several services in SERVICE_IDS',
    rules: ['S1'],
    caughtBy: ['service/service-ids-first'],
    hooks: () =>
      down((value) =>
        value.type === SERVICE_IDS
          ? { ...value, availableServiceIds: value.availableServiceIds.slice(0, 1) }
          : value,
      ),
  },
  {
    id: 'service-ids-to-all',
    breaks: 'sends SERVICE_IDS on 1.0, too',
    rules: ['S1'],
    version: 'V1',
    caughtBy: ['service/no-service-ids-on-1.0'],
    hooks: () => {
      let isFirst = true;
      return down((value) => {
        const ids = isFirst ? [message({ type: SERVICE_IDS, availableServiceIds: ['SSH'] })] : [];
        isFirst = false;
        return [...ids, value];
      });
    },
  },
  {
    id: 'numbers-anew',
    breaks: 'gives connections ids of its own',
    rules: ['X5'],
    caughtBy: ['service/relay'],
    hooks: () =>
      down((value) =>
        value.connectionId === 0 ? value : { ...value, connectionId: value.connectionId + 100 },
      ),
  },
  {
    id: 'changes-a-byte',
    breaks: 'changes the first byte of DATA',
    rules: ['W4', 'X5'],
    caughtBy: ['service/relay', 'service/boundaries'],
    hooks: () =>
      down((value) => {
        if (value.type !== DATA) return value;
        const payload = Buffer.from(value.payload);
        payload[0]! ^= 1;
        return { ...value, payload };
      }),
  },
  {
    id: 'continuations-lost',
    breaks: 'drops continuation frames',
    rules: ['W4'],
    caughtBy: ['service/boundaries'],
    hooks: () => upFrames((frame) => (frame.opcode === Opcode.CONTINUATION ? [] : [frame])),
  },
  {
    id: 'text-ignored',
    breaks: 'passes over text messages',
    rules: ['W1'],
    caughtBy: ['service/text-closes'],
    hooks: () => upFrames((frame) => (frame.opcode === Opcode.TEXT ? [] : [frame])),
  },
  {
    id: 'any-frame-size',
    breaks: 'passes over WebSocket frames that are too large',
    rules: ['W2'],
    caughtBy: ['service/large-frame-closes'],
    hooks: () => upFrames((frame) => (frame.payload.length > LARGEST_FRAME ? [] : [frame])),
  },
  {
    id: 'frames-to-64k',
    breaks: 'closes over a WebSocket frame of more than 65536 bytes',
    rules: ['W2'],
    caughtBy: ['service/large-frame-closes'],
    hooks: (wire) =>
      upFrames((frame) => {
        if (frame.payload.length <= 65_536) return [frame];
        wire.drop();
        return [];
      }),
  },
  {
    id: 'any-field',
    breaks: 'relays messages with fields that the schema does not have, without them',
    rules: ['M6'],
    caughtBy: ['service/closes-on-unknown-field'],
    hooks: () => up((value) => encodeFrame(value)),
  },
  {
    id: 'any-service',
    breaks: 'drops DATA for a service that was never started',
    rules: ['M9'],
    caughtBy: ['service/closes-on-service-never-started'],
    hooks: () => up((value) => (value.type === DATA && value.serviceId === 'HTTP' ? null : value)),
  },
  {
    id: 'empty-pongs',
    breaks: 'answers pings with an empty pong',
    rules: ['W3'],
    caughtBy: ['service/pong'],
    hooks: () =>
      downFrames((frame) => [frame.opcode === Opcode.PONG ? { ...frame, payload: Buffer.alloc(0) } : frame]),
  },
  {
    id: 'unreadable-frames',
    breaks: 'sends messages that do not parse',
    rules: ['M11'],
    caughtBy: ['service/relay'],
    hooks: () =>
      down((value) => (value.type === STREAM_START ? Buffer.from([0, 3, 0xff, 0xff, 0xff]) : value)),
  },
  {
    id: 'takes-peer-along',
    breaks: 'ends the other side when one is lost, which is worth knowing',
    rules: ['S15'],
    caughtBy: ['service/peer-drops-in-mid-transfer'],
    hooks: (wire, { wires }) => ({
      gone: () => {
        for (const other of wires) if (other !== wire && other.streams.size > 0) other.drop();
        return false;
      },
    }),
  },
  {
    id: 'relays-half-frames',
    breaks: 'relays what it had of a frame when its sender was lost',
    rules: ['W4'],
    caughtBy: ['service/half-a-frame-of-a-lost-peer'],
    hooks: (wire, { wires }) => {
      let last: Buffer = Buffer.alloc(0);
      return {
        up: {
          frame: (frame) => {
            last = frame.payload;
            return [frame];
          },
        },
        gone: () => {
          const isHalf = last.length > 2 && last.readUInt16BE(0) + 2 > last.length;
          if (isHalf) for (const other of wires) if (other !== wire) other.toClient(last);
          return false;
        },
      };
    },
  },
  {
    id: 'loses-floods',
    breaks: 'drops DATA of which more comes than it wants to hold',
    rules: ['W4'],
    caughtBy: ['service/flood-to-a-stalled-peer'],
    hooks: () => {
      let bytes = 0;
      return up((value) => {
        bytes += value.payload.length;
        return bytes > MORE_THAN_USUAL && value.type === DATA ? null : value;
      });
    },
  },
  {
    id: 'one-stalls-all',
    breaks: 'relays nothing in other tunnels while one side does not read',
    rules: ['X5'],
    caughtBy: ['service/flood-to-a-stalled-peer'],
    hooks: (wire, { wires }) => {
      let bytes = 0;
      return upFrames((frame) => {
        bytes += frame.payload.length;
        if (bytes > MORE_THAN_USUAL) for (const other of wires) if (other !== wire) other.hang();
        return [frame];
      });
    },
  },
  {
    id: 'ends-floods',
    breaks: 'ends a side that sends more than it wants to hold, which is worth knowing',
    rules: ['X5'],
    caughtBy: ['service/flood-to-a-stalled-peer'],
    hooks: (wire) => {
      let bytes = 0;
      return upFrames((frame) => {
        bytes += frame.payload.length;
        if (bytes > MORE_THAN_USUAL) wire.drop();
        return [frame];
      });
    },
  },
  {
    id: 'deaf-after-pings',
    breaks: `relays nothing any more after ${BEARABLE} pings`,
    rules: ['W3'],
    caughtBy: ['service/flood-of-pings'],
    hooks: (wire) => {
      let pings = 0;
      return upFrames((frame) => {
        if (isPing(frame) && ++pings > BEARABLE) wire.hang();
        return [frame];
      });
    },
  },
  {
    id: 'ends-over-pings',
    breaks: `ends a connection after ${BEARABLE} pings, which is worth knowing`,
    rules: ['W3'],
    caughtBy: ['service/flood-of-pings'],
    hooks: (wire) => {
      let pings = 0;
      return upFrames((frame) => {
        if (isPing(frame) && ++pings > BEARABLE) wire.drop();
        return [frame];
      });
    },
  },
];
