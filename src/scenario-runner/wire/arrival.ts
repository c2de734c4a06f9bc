import { binary, Opcode, type ServerFrame } from './server-frames.js';

/**
 * The ways in which tunnel bytes can reach a client (W4). WebSocket boundaries mean nothing, so each way must have the
 * same effect as `alone`.
 */
export const ARRIVALS = [
  'alone',
  'split-in-length',
  'split-in-header',
  'split-in-payload',
  'bytewise',
  'merged-with-before',
  'merged-with-after',
  'merged-with-both',
  'continuation-frames',
  'continuation-with-pings',
  'pings-between-messages',
  'empty-messages-around',
] as const;

export type Arrival = (typeof ARRIVALS)[number];

/** Tunnel bytes, with the bytes right before and after them. */
export interface Parcel {
  readonly before?: Uint8Array;
  readonly subject: Uint8Array;
  readonly after?: Uint8Array;
}

const EMPTY = new Uint8Array(0);
/** A payload that is not a number. A client may measure latency with its own pings, but not with ours. */
const PING: ServerFrame = { opcode: Opcode.PING, payload: Buffer.from('are-you-there') };

/** The WebSocket frames that carry a parcel in the given way. */
export function arrange(arrival: Arrival, parcel: Parcel): ServerFrame[] {
  const before = parcel.before ?? EMPTY;
  const after = parcel.after ?? EMPTY;
  const { subject } = parcel;
  const framed = (frames: ServerFrame[]): ServerFrame[] => [...whole(before), ...frames, ...whole(after)];
  switch (arrival) {
    case 'alone':
      return framed([binary(subject)]);
    case 'split-in-length':
      return framed(cut(subject, [1]).map(binary));
    case 'split-in-header':
      return framed(cut(subject, [3, 5]).map(binary));
    case 'split-in-payload':
      return framed(cut(subject, [Math.max(2, subject.length - 2)]).map(binary));
    case 'bytewise':
      return framed(cut(subject, everyByte(subject)).map(binary));
    case 'merged-with-before':
      return [binary(join(before, subject)), ...whole(after)];
    case 'merged-with-after':
      return [...whole(before), binary(join(subject, after))];
    case 'merged-with-both':
      return [binary(join(before, subject, after))];
    case 'continuation-frames':
      return framed(fragments(cut(subject, [1, 4]), []));
    case 'continuation-with-pings':
      return framed(fragments(cut(subject, [1, 4]), [PING]));
    case 'pings-between-messages':
      return framed([...cut(subject, [4]).flatMap((part) => [PING, binary(part)]), PING]);
    case 'empty-messages-around':
      return framed([binary(EMPTY), ...cut(subject, [3]).flatMap((part) => [binary(part), binary(EMPTY)])]);
  }
}

/** One message as a first frame and continuation frames. `between` are other frames between them. */
export function fragments(parts: readonly Uint8Array[], between: readonly ServerFrame[]): ServerFrame[] {
  return parts.flatMap((payload, i) => [
    ...(i === 0 ? [] : between),
    { opcode: i === 0 ? Opcode.BINARY : Opcode.CONTINUATION, fin: i === parts.length - 1, payload },
  ]);
}

/** Cuts bytes at the given offsets. Offsets after the end are ignored. */
export function cut(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (const offset of offsets) {
    if (offset <= start || offset >= bytes.length) continue;
    parts.push(bytes.subarray(start, offset));
    start = offset;
  }
  parts.push(bytes.subarray(start));
  return parts;
}

function everyByte(bytes: Uint8Array): number[] {
  return Array.from({ length: Math.min(bytes.length, 600) }, (_, i) => i + 1);
}

function whole(bytes: Uint8Array): ServerFrame[] {
  return bytes.length > 0 ? [binary(bytes)] : [];
}

function join(...parts: Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
