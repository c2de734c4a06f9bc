import type { Message } from '../../../src/protocol/index.js';
import { Opcode } from '../../../src/scenario-runner/wire/server-frames.js';
import type { Hooks, Mutant } from '../mutant.js';
import { DATA, down, isReset, STREAM_START } from './vocabulary.js';

/** What fits a single read, so that no other read follows. */
const ONE_READ_BYTES = 1024;
const FEW_BYTES = 100;
const LONGEST_MESSAGE_BYTES = 65_535;

/** Keeps the frames of a small WebSocket message that `holds` picks, until the next one comes. */
function holdingBack(
  holds: (value: Message, position: number, before: readonly Message[]) => boolean,
): Hooks {
  let held: Message[] = [];
  let late: Message[] = [];
  let before: Message[] = [];
  let isSmall = false;
  return {
    down: {
      frame: (frame) => {
        isSmall = frame.opcode === Opcode.BINARY && frame.payload.length < ONE_READ_BYTES;
        late = held;
        held = [];
        before = [];
        return [frame];
      },
      message: (value) => {
        const out = late;
        late = [];
        const isHeld = isSmall && holds(value, before.length, before);
        before.push(value);
        if (isHeld) held.push(value);
        return isHeld ? out : [...out, value];
      },
    },
  };
}

/** Clients that wait for more where little came, or have no room for the most. */
export const SMALL: readonly Mutant[] = [
  {
    id: 'rest-behind-start-waits',
    breaks:
      'leaves what is behind STREAM_START in a short message lying until the next read, as a public client does',
    rules: ['W4', 'S4'],
    roles: ['destination'],
    hooks: () => holdingBack((_, __, before) => before.some(({ type }) => type === STREAM_START)),
  },
  {
    id: 'third-frame-waits',
    breaks: 'reads two tunnel frames of a short message, and the others when more comes',
    rules: ['W4', 'S1'],
    roles: ['destination'],
    versions: ['V3', 'V2'],
    hooks: () => holdingBack((_, position) => position >= 2),
  },
  {
    id: 'second-data-waits',
    breaks: 'leaves the second DATA of a short message lying until the next read',
    rules: ['W4'],
    hooks: () =>
      holdingBack(({ type }, _, before) => type === DATA && before.some((value) => value.type === DATA)),
  },
  {
    id: 'few-bytes-not-flushed',
    breaks: 'loses a few bytes that come together with the reset',
    rules: ['S8', 'W4'],
    hooks: (wire) => {
      let held: Message | undefined;
      return down((value) => {
        const last = held === undefined || isReset(value) ? [] : [held];
        held = undefined;
        if (value.type !== DATA || value.payload.length > FEW_BYTES) return [...last, value];
        held = value;
        setImmediate(() => {
          if (held !== value) return;
          held = undefined;
          wire.toClient(value);
        });
        return last;
      });
    },
  },
  {
    id: 'few-first-bytes-wait',
    breaks:
      'sends the first bytes of an application, where they are few, when it has heard from the destination',
    rules: ['S3'],
    roles: ['source'],
    hooks: (wire) => {
      const unheard = new Set<number>();
      const waiting = new Map<number, Message>();
      return {
        up: {
          message: (value) => {
            if (value.type === STREAM_START) unheard.add(value.streamId);
            const isFew = value.type === DATA && value.payload.length < FEW_BYTES;
            if (!isFew || !unheard.has(value.streamId)) return value;
            waiting.set(value.streamId, value);
            return null;
          },
        },
        down: {
          message: (value) => {
            unheard.delete(value.streamId);
            const late = waiting.get(value.streamId);
            waiting.delete(value.streamId);
            if (late !== undefined) wire.toService(late);
            return value;
          },
        },
      };
    },
  },
  {
    id: 'race-with-dial',
    breaks: 'loses what comes in another read within half a millisecond after STREAM_START',
    rules: ['S4'],
    roles: ['destination'],
    hooks: () => {
      let reads = 0;
      let started = { at: Number.NEGATIVE_INFINITY, read: 0 };
      return {
        down: {
          frame: (frame) => {
            reads++;
            return [frame];
          },
          message: (value) => {
            const now = performance.now();
            if (value.type === STREAM_START) started = { at: now, read: reads };
            const isSoon = now - started.at < 0.5 && reads > started.read;
            return value.type === DATA && isSoon ? null : value;
          },
        },
      };
    },
  },
  {
    id: 'no-room-for-longest-message',
    breaks: 'has no room for a message of 65535 bytes, and drops its connection',
    rules: ['W4', 'M10'],
    hooks: (wire) => down((value, raw) => (raw.length - 2 === LONGEST_MESSAGE_BYTES ? wire.hang() : value)),
  },
];
