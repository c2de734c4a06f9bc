import { MAX_PAYLOAD_BYTES } from '../../../src/protocol/index.js';
import { Opcode } from '../../../src/scenario-runner/index.js';
import type { ClientFrame } from '../../../src/scenario-runner/wire/client-frames.js';
import type { Mutant } from '../mutant.js';
import { DATA, down, downFrames, up } from './vocabulary.js';

/** Edits the tunnel bytes of each WebSocket message. */
const chunks = (edit: (bytes: Buffer) => Buffer) =>
  downFrames((frame: ClientFrame) =>
    frame.opcode <= Opcode.BINARY && frame.opcode !== Opcode.TEXT
      ? [{ ...frame, payload: edit(frame.payload) }]
      : [frame],
  );

/** Bytes of the frames that lie whole at the beginning. */
function wholeFrames(bytes: Buffer, most = Number.POSITIVE_INFINITY): number {
  let at = 0;
  for (let n = 0; n < most && at + 2 <= bytes.length; n++) {
    const next = at + 2 + bytes.readUInt16BE(at);
    if (next > bytes.length) break;
    at = next;
  }
  return at;
}

/** Clients that get tunnel frames wrong. */
export const FRAMES: readonly Mutant[] = [
  {
    id: 'first-frame-only',
    breaks:
      'reads the first frame of a WebSocket message and drops the rest, as a public browser client does',
    rules: ['W4'],
    hooks: () => chunks((bytes) => bytes.subarray(0, wholeFrames(bytes, 1) || bytes.length)),
  },
  {
    id: 'whole-frames-only',
    breaks: 'drops a frame that is not whole in its WebSocket message',
    rules: ['W4'],
    hooks: () => chunks((bytes) => bytes.subarray(0, wholeFrames(bytes))),
  },
  {
    id: 'length-never-cut',
    breaks: 'loses the first byte of a length that is cut in two',
    rules: ['W4'],
    hooks: () => chunks((bytes) => (bytes.length === 1 ? Buffer.alloc(0) : bytes)),
  },
  {
    id: 'prefix-not-removed',
    breaks: 'decodes with the length prefix on, which fails from 128 bytes, as the article does',
    rules: ['W4', 'M3', 'S3', 'S4'],
    hooks: () => down((value, raw) => (raw.length > 130 ? null : value)),
  },
  {
    id: 'payload-cut',
    breaks: 'cuts payloads at 32 KiB',
    rules: ['M3'],
    hooks: () => down((value) => ({ ...value, payload: value.payload.subarray(0, 32_768) })),
  },
  {
    id: 'payload-too-large',
    breaks: 'sends payloads of more than 64512 bytes',
    rules: ['M3', 'W2'],
    hooks: (wire) => {
      let held: Uint8Array[] = [];
      return up((value) => {
        if (value.type !== DATA) return value;
        held.push(value.payload);
        const bytes = Buffer.concat(held);
        // All but the last piece of a long transfer; what is short goes out at once.
        if (value.payload.length >= 16_000 && bytes.length <= MAX_PAYLOAD_BYTES) {
          setTimeout(() => {
            if (held.length > 0) wire.toService({ ...value, payload: Buffer.concat(held) });
            held = [];
          }, 30);
          return null;
        }
        held = [];
        return [
          { ...value, payload: bytes.subarray(0, 65_200) },
          ...(bytes.length > 65_200 ? [{ ...value, payload: bytes.subarray(65_200) }] : []),
        ];
      });
    },
  },
  {
    id: 'dies-of-long-payload',
    breaks: 'crashes over a payload of more than 64512 bytes',
    rules: ['S17'],
    hooks: (wire) => down((value) => (value.payload.length > MAX_PAYLOAD_BYTES ? wire.crash() : value)),
  },
  {
    id: 'deaf-after-empty-frame',
    breaks: 'stops reading after a frame of length 0, as the reference does',
    rules: ['M11'],
    hooks: (wire) => down((value, raw) => (raw.length === 2 ? wire.hang() : value)),
  },
  {
    id: 'frame-in-pieces-lost',
    breaks: 'gives up a frame that comes in more than four pieces',
    rules: ['W4'],
    hooks: () => {
      let pieces = 0;
      let missing = 0;
      return chunks((bytes) => {
        if (missing <= 0) {
          const at = wholeFrames(bytes);
          missing =
            at === bytes.length || bytes.length < at + 2
              ? 0
              : 2 + bytes.readUInt16BE(at) - (bytes.length - at);
          pieces = 1;
          return bytes;
        }
        missing -= bytes.length;
        return ++pieces > 4 ? Buffer.alloc(0) : bytes;
      });
    },
  },
];
