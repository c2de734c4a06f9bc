import type { Message } from '../../../src/protocol/index.js';
import type { Mutant } from '../mutant.js';
import { DATA, down, type Edit, STREAM_RESET, up } from './vocabulary.js';

/** What the scenarios send to an application that does not read where every socket can hold it. */
const FEW_UNREAD_BYTES = 16_000;
/** Longer than a mutant's judge is patient, in milliseconds. */
const WAITS_MS = 30_000;
const STUCK_BYTES = 1_000_000;
const LONG_TRANSFER_BYTES = 5_000_000;
const CORRUPTED_AFTER = 700_000;

/** Drops the message with which the payloads reach so many bytes. */
function losing(limit: number): Edit {
  let bytes = 0;
  return (value) => {
    const before = bytes;
    bytes += value.payload.length;
    return before < limit && bytes >= limit ? null : value;
  };
}

/** Clients that lose or spoil bytes when there are many. */
export const FLOW: readonly Mutant[] = [
  {
    id: 'long-download-loses',
    breaks: 'loses a message towards the application after 5 MB',
    rules: ['S3', 'S4'],
    hooks: () => down(losing(LONG_TRANSFER_BYTES)),
  },
  {
    id: 'long-upload-loses',
    breaks: 'loses a message towards the service after 5 MB',
    rules: ['S3', 'S4'],
    hooks: () => up(losing(LONG_TRANSFER_BYTES)),
  },
  {
    id: 'reset-waits-for-application',
    breaks:
      'acts on nothing for thirty seconds after a few bytes that its application does not read, as if it waited for that',
    rules: ['S8', 'S17'],
    hooks: (wire) => {
      let waiting: Message[] | undefined;
      return down((value) => {
        if (waiting !== undefined) {
          waiting.push(value);
          return null;
        }
        if (value.type !== DATA || value.payload.length !== FEW_UNREAD_BYTES) return value;
        waiting = [];
        setTimeout(() => {
          wire.toClient(...(waiting ?? []));
          waiting = undefined;
        }, WAITS_MS);
        return value;
      });
    },
  },
  {
    id: 'loss-waits-for-application',
    breaks: 'does not notice the loss of its WebSocket while its application has not read a few bytes',
    rules: ['S13', 'S17'],
    hooks: () => {
      let isUnread = false;
      return {
        ...down((value) => {
          isUnread = value.type === DATA && value.payload.length === FEW_UNREAD_BYTES;
          return value;
        }),
        lost: () => isUnread,
      };
    },
  },
  {
    id: 'stuck-application-kills',
    breaks: 'hangs when a stream is reset whose application does not read',
    rules: ['S8', 'S17'],
    hooks: (wire) => {
      let bytes = 0;
      return down((value) => {
        bytes += value.payload.length;
        return value.type === STREAM_RESET && bytes > STUCK_BYTES ? wire.hang() : value;
      });
    },
  },
  {
    id: 'bulk-corrupted',
    breaks: 'spoils a byte of what an application receives after 700 kB',
    rules: ['S3', 'S4'],
    hooks: () => {
      let bytes = 0;
      return down((value) => {
        const before = bytes;
        bytes += value.payload.length;
        if (before > CORRUPTED_AFTER || bytes <= CORRUPTED_AFTER) return value;
        const payload = Buffer.from(value.payload);
        payload[0]! ^= 1;
        return { ...value, payload };
      });
    },
  },
  {
    id: 'bulk-reordered',
    breaks: 'sends two messages of a long transfer in the wrong order',
    rules: ['S3', 'S4', 'W2'],
    hooks: (wire) => {
      let bytes = 0;
      return up((value) => {
        const before = bytes;
        bytes += value.type === DATA ? value.payload.length : 0;
        if (before > CORRUPTED_AFTER || bytes <= CORRUPTED_AFTER) return value;
        setTimeout(() => wire.toService(value), 5);
        return null;
      });
    },
  },
  {
    id: 'echo-spoiled',
    breaks: 'changes the case of letters on their way to the application',
    rules: ['S3', 'S4'],
    hooks: () =>
      down((value) => {
        if (value.type !== DATA) return value;
        return { ...value, payload: Buffer.from(value.payload).map((byte) => byte ^ 0x20) };
      }),
  },
];
