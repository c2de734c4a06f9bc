import { MAX_WEBSOCKET_FRAME_BYTES } from '../../../src/protocol/index.js';
import { Opcode } from '../../../src/scenario-runner/index.js';
import { BINARY } from '../between/direction.js';
import type { Mutant } from '../mutant.js';
import { downFrames, upFrames } from './vocabulary.js';

const LARGE_FRAME_BYTES = 65_536;
const MANY_PINGS = 10;

/** Clients that get the WebSocket layer wrong. */
export const WEBSOCKET: readonly Mutant[] = [
  {
    id: 'text-is-data',
    breaks: 'takes a text message for tunnel data, as the reference does',
    rules: ['W1'],
    hooks: () => downFrames((frame) => [frame.opcode === Opcode.TEXT ? { ...frame, opcode: 2 } : frame]),
  },
  {
    id: 'text-is-ignored',
    breaks: 'goes on after a text message',
    rules: ['W1'],
    hooks: () => downFrames((frame) => (frame.opcode === Opcode.TEXT ? [] : [frame])),
  },
  {
    id: 'deaf-after-text',
    breaks: 'hangs over a text message',
    rules: ['W1'],
    hooks: (wire) => downFrames((frame) => (frame.opcode === Opcode.TEXT ? (wire.hang() ?? []) : [frame])),
  },
  {
    id: 'deaf-after-invalid-frame',
    breaks: 'hangs over an opcode that does not exist',
    rules: ['W6'],
    hooks: (wire) => downFrames((frame) => (frame.opcode === 3 ? (wire.hang() ?? []) : [frame])),
  },
  {
    id: 'sends-text',
    breaks: 'sends tunnel frames as text messages',
    rules: ['W1'],
    hooks: () => upFrames((frame) => [frame.opcode === Opcode.BINARY ? { ...frame, opcode: 1 } : frame]),
  },
  {
    id: 'frames-too-large',
    breaks: 'gathers what it sends into WebSocket frames of more than 131076 bytes',
    rules: ['W2'],
    hooks: (wire) => {
      let held: Buffer[] = [];
      let timer: NodeJS.Timeout | undefined;
      const flush = (): void => {
        timer = undefined;
        const all = Buffer.concat(held);
        held = [];
        wire.toService(all);
      };
      return upFrames((frame) => {
        if (frame.opcode !== Opcode.BINARY) return [frame];
        held.push(frame.payload);
        const bytes = held.reduce((sum, part) => sum + part.length, 0);
        if (bytes > MAX_WEBSOCKET_FRAME_BYTES) clearTimeout(timer);
        if (bytes > MAX_WEBSOCKET_FRAME_BYTES) flush();
        else timer ??= setTimeout(flush, 40);
        return [];
      });
    },
  },
  {
    id: 'no-pong',
    breaks: 'does not answer pings',
    rules: ['W3'],
    hooks: () => upFrames((frame) => (frame.opcode === Opcode.PONG ? [] : [frame])),
  },
  {
    id: 'pong-without-payload',
    breaks: 'answers pings with an empty pong',
    rules: ['W3'],
    hooks: () =>
      upFrames((frame) => [frame.opcode === Opcode.PONG ? { ...frame, payload: Buffer.alloc(0) } : frame]),
  },
  {
    id: 'dies-of-many-pings',
    breaks: 'hangs after 10 pings',
    rules: ['W3'],
    hooks: (wire) => {
      let pings = 0;
      return downFrames((frame) => {
        if (frame.opcode === Opcode.PING && ++pings > MANY_PINGS) wire.hang();
        return [frame];
      });
    },
  },
  {
    id: 'dies-of-strange-pong',
    breaks: 'crashes over a pong it did not ask for, as the reference does where its payload is no number',
    rules: ['W3'],
    hooks: (wire) =>
      downFrames((frame) => {
        if (frame.opcode === Opcode.PONG) wire.crash();
        return [frame];
      }),
  },
  {
    id: 'needs-pongs',
    breaks: 'closes when two of its pings were not answered',
    rules: ['W3'],
    declares: { pingIntervalMs: 60 },
    hooks: (wire) => {
      let unanswered = 0;
      return {
        up: {
          frame: (frame) => {
            if (frame.opcode === Opcode.PING && ++unanswered > 2) wire.drop();
            return [frame];
          },
        },
        down: {
          frame: (frame) => {
            if (frame.opcode === Opcode.PONG) unanswered = 0;
            return [frame];
          },
        },
      };
    },
  },
  {
    id: 'close-not-answered',
    breaks: 'cuts TCP over a close frame instead of answering it, as the reference does',
    rules: ['W6'],
    hooks: (wire) =>
      downFrames((frame) => {
        if (frame.opcode === Opcode.CLOSE) wire.drop();
        return [frame];
      }),
  },
  {
    id: 'close-ignored',
    breaks: 'goes on after a close frame',
    rules: ['W6', 'S13', 'S16'],
    hooks: () => downFrames((frame) => (frame.opcode === Opcode.CLOSE ? [] : [frame])),
  },
  {
    id: 'lenient-websocket',
    breaks: 'passes over what no valid WebSocket stream holds',
    rules: ['W6'],
    hooks: () => {
      let fragmented = false;
      return downFrames((frame) => {
        const { opcode, fin } = frame;
        const isControl = opcode >= Opcode.CLOSE;
        const isBad =
          frame.masked ||
          frame.reserved !== 0 ||
          (opcode > Opcode.BINARY && opcode < Opcode.CLOSE) ||
          opcode > Opcode.PONG ||
          opcode === Opcode.TEXT ||
          (isControl && (!fin || frame.payload.length > 125)) ||
          (opcode === Opcode.CONTINUATION && !fragmented);
        if (isBad) return [];
        if (isControl) return [frame];
        // Tunnel bytes need no message around them (W4), so each fragment may stand alone.
        fragmented = !fin;
        return [{ ...frame, opcode: Opcode.BINARY, fin: true }];
      });
    },
  },
  {
    id: 'dies-of-invalid-frame',
    breaks: 'crashes over reserved bits, a masked frame or a long ping',
    rules: ['W6', 'S17'],
    hooks: (wire) =>
      downFrames((frame) => {
        const long = frame.opcode >= Opcode.CLOSE && frame.payload.length > 125;
        if (frame.reserved !== 0 || frame.masked || long) wire.crash();
        return [frame];
      }),
  },
  {
    id: 'sends-unmasked',
    breaks: 'does not mask its frames',
    rules: ['W6'],
    hooks: () => upFrames((frame) => [{ ...frame, masked: false }]),
  },
  {
    id: 'sends-reserved-bits',
    breaks: 'compresses without having agreed on it: sets a reserved bit',
    rules: ['W6'],
    hooks: () => upFrames((frame) => [{ ...frame, reserved: 4 }]),
  },
  {
    id: 'large-frames-refused',
    breaks: 'closes over a WebSocket frame of more than 64 KiB',
    rules: ['W2'],
    hooks: (wire) =>
      downFrames((frame) => {
        if (frame.payload.length > LARGE_FRAME_BYTES) wire.drop();
        return [frame];
      }),
  },
  {
    id: 'message-limit',
    breaks: 'applies the limit of a frame to a message of several',
    rules: ['W2', 'W4'],
    hooks: (wire) => {
      let bytes = 0;
      return downFrames((frame) => {
        if (frame.opcode >= Opcode.CLOSE) return [frame];
        bytes += frame.payload.length;
        if (bytes > MAX_WEBSOCKET_FRAME_BYTES) wire.drop();
        if (frame.fin) bytes = 0;
        return [frame];
      });
    },
  },
  {
    id: 'continuations-lost',
    breaks: 'drops continuation frames',
    rules: ['W4', 'W2'],
    hooks: () =>
      downFrames((frame) => {
        if (frame.opcode === Opcode.CONTINUATION) return [];
        return frame.opcode === Opcode.BINARY ? [{ ...frame, fin: true }] : [frame];
      }),
  },
  {
    id: 'empty-message-ends',
    breaks: 'takes an empty WebSocket message for the end',
    rules: ['W4'],
    hooks: (wire) =>
      downFrames((frame) => {
        if (frame.opcode === BINARY.opcode && frame.fin && frame.payload.length === 0) wire.drop();
        return [frame];
      }),
  },
  {
    id: 'pings-forgotten',
    breaks: 'forgets to answer when it is pinged more than 100 times',
    rules: ['W3', 'S17'],
    hooks: () => {
      let pongs = 0;
      return upFrames((frame) => (frame.opcode === Opcode.PONG && ++pongs > 100 ? [] : [frame]));
    },
  },
  {
    id: 'continues-nothing',
    breaks: 'sends each message as a continuation frame, of nothing',
    rules: ['W6'],
    hooks: () => upFrames((frame) => [frame.opcode === Opcode.BINARY ? { ...frame, opcode: 0 } : frame]),
  },
  {
    id: 'never-ends-messages',
    breaks: 'begins a new message within one that it never ended',
    rules: ['W6'],
    hooks: () => upFrames((frame) => [frame.opcode === Opcode.BINARY ? { ...frame, fin: false } : frame]),
  },
];
