import { Opcode } from '../../../src/scenario-runner/index.js';
import type { Mutant } from '../mutant.js';
import { CONNECTION_START, down, downFrames, isStart, STREAM_START, up } from './vocabulary.js';

const STUCK_BYTES = 100_000;

/** Clients that get the end of a WebSocket wrong. */
export const SESSIONS: readonly Mutant[] = [
  {
    id: 'loss-unnoticed',
    breaks: 'does not notice that its WebSocket was lost',
    rules: ['S13'],
    hooks: () => ({ lost: () => true }),
  },
  {
    id: 'never-comes-back',
    breaks: 'does not come back after a loss, although it claims to',
    rules: ['S13'],
    hooks: (wire) => (wire.number > 1 ? { request: () => void wire.drop() } : {}),
  },
  {
    id: 'comes-back-once',
    breaks: 'comes back after the first loss only',
    rules: ['S13', 'S17'],
    hooks: (wire) => (wire.number > 2 ? { request: () => void wire.drop() } : {}),
  },
  {
    id: 'ends-over-loss',
    breaks: 'ends with status 0 when its WebSocket is lost, although it claims to come back',
    rules: ['S13'],
    hooks: (wire) => ({ lost: () => wire.exit(0) === null }),
  },
  {
    id: 'half-frame-survives',
    breaks: 'keeps half a frame over a reconnect and puts what comes next behind it',
    rules: ['S13'],
    hooks: (wire) => {
      const { memory } = wire;
      let pending = memory.half;
      return downFrames((frame) => {
        if (frame.opcode !== Opcode.BINARY) return [frame];
        const bytes = Buffer.concat([pending, frame.payload]);
        pending = Buffer.alloc(0);
        let at = 0;
        while (at + 2 <= bytes.length && at + 2 + bytes.readUInt16BE(at) <= bytes.length) {
          at += 2 + bytes.readUInt16BE(at);
        }
        memory.half = Buffer.concat([at === 0 ? memory.half : Buffer.alloc(0), bytes.subarray(at)]);
        return [{ ...frame, payload: bytes }];
      });
    },
  },
  {
    id: 'old-stream-goes-on',
    breaks: 'after a reconnect goes on with the stream of the lost WebSocket, as a public toolkit does',
    rules: ['S13'],
    roles: ['source'],
    hooks: (wire) =>
      up((value) => {
        const old = wire.memory.streams.get(value.serviceId);
        return wire.number > 1 && value.type === STREAM_START && old !== undefined
          ? { ...value, type: CONNECTION_START, streamId: old.streamId }
          : value;
      }),
  },
  {
    id: 'deaf-after-reconnect',
    breaks: 'carries nothing after a reconnect',
    rules: ['S13'],
    hooks: (wire) =>
      down((value) =>
        wire.number > 1 && isStart(value) ? null : wire.number > 1 && value.type === 1 ? null : value,
      ),
  },
  {
    id: 'dies-of-loss',
    breaks: 'crashes when its WebSocket is lost',
    rules: ['S13', 'S17'],
    hooks: (wire) => ({ lost: () => wire.crash() !== null }),
  },
  {
    id: 'dies-of-early-close',
    breaks: 'crashes over a close frame before SERVICE_IDS, as the reference does',
    rules: ['S17'],
    versions: ['V2', 'V3'],
    hooks: (wire) => {
      let announced = false;
      return downFrames((frame) => {
        if (frame.opcode === Opcode.CLOSE && !announced) wire.crash();
        announced ||= frame.opcode === Opcode.BINARY;
        return [frame];
      });
    },
  },
  {
    id: 'dies-of-early-loss',
    breaks: 'crashes when TCP is cut before SERVICE_IDS',
    rules: ['S17', 'S13'],
    versions: ['V2', 'V3'],
    hooks: (wire) => {
      let announced = false;
      return {
        down: {
          frame: (frame) => {
            announced ||= frame.opcode < 8;
            return [frame];
          },
        },
        lost: () => !announced && wire.crash() !== null,
      };
    },
  },
  {
    id: 'close-code-needed',
    breaks: 'goes on after a close frame whose code is not 1000',
    rules: ['S13', 'S16'],
    hooks: () =>
      downFrames((frame) => {
        const code = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005;
        return frame.opcode === Opcode.CLOSE && code !== 1000 ? [] : [frame];
      }),
  },
  {
    id: 'stuck-application-hides-loss',
    breaks: 'does not notice that its WebSocket was lost while an application is stuck',
    rules: ['S13'],
    hooks: () => {
      let bytes = 0;
      return {
        down: {
          message: (value) => {
            bytes += value.payload.length;
            return value;
          },
        },
        lost: () => bytes > STUCK_BYTES,
      };
    },
  },
  {
    id: 'close-needs-code',
    breaks: 'goes on after a close frame without a code, or with half of one',
    rules: ['S13', 'S16'],
    hooks: () =>
      downFrames((frame) => (frame.opcode === Opcode.CLOSE && frame.payload.length < 2 ? [] : [frame])),
  },
  {
    id: 'never-notices-silence',
    breaks: 'waits for ever for a service that says nothing',
    rules: ['S17'],
    declares: { noticesMs: 300 },
    hooks: () => ({ gone: () => true }),
  },
];
