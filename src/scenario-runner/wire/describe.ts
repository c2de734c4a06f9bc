import {
  decodeMessage,
  FrameReader,
  LENGTH_PREFIX_BYTES,
  type Message,
  messageTypeName,
} from '../../protocol/index.js';
import { type WireBytes, wireBytes } from '../verdicts/index.js';
import { encodeServerFrame, Opcode, type ServerFrame } from './server-frames.js';

/** Messages named of what was written at once. */
const MOST_NAMED = 3;
/** Tunnel bytes that are decoded again to be shown; more than that is named by whoever wrote it. */
const MOST_DECODED_BYTES = 2048;
/** Characters shown of a service id. */
const LONGEST_SERVICE_ID = 40;

/** A message on one line of a transcript. */
export function describeMessage(value: Message): string {
  const parts: string[] = [messageTypeName(value.type)];
  if (value.streamId !== 0) parts.push(`stream ${value.streamId}`);
  if (value.serviceId !== '') {
    const { serviceId } = value;
    const isLong = serviceId.length > LONGEST_SERVICE_ID;
    parts.push(`service ${isLong ? `${serviceId.slice(0, LONGEST_SERVICE_ID)}…` : serviceId}`);
  }
  if (value.connectionId !== 0) parts.push(`connection ${value.connectionId}`);
  if (value.payload.length > 0) parts.push(`${value.payload.length} bytes`);
  if (value.availableServiceIds.length > 0) parts.push(`[${value.availableServiceIds.join(', ')}]`);
  if (value.ignorable) parts.push('ignorable');
  return parts.join(' ');
}

/** A tunnel message that the client sent, with the length before it. */
export function messageBytes(what: string, bytes: Uint8Array, start: number, end: number): WireBytes {
  const frame = Buffer.alloc(LENGTH_PREFIX_BYTES + end - start);
  frame.writeUInt16BE(end - start);
  frame.set(bytes.subarray(start, end), LENGTH_PREFIX_BYTES);
  return wireBytes('client', what, frame);
}

/**
 * What the service wrote: the tunnel bytes where there is nothing to see but those, else the WebSocket frames.
 * @param what it is called in the transcript
 */
export function writtenBytes(what: string, frames: readonly ServerFrame[]): WireBytes {
  const isPlain = frames.every(({ opcode, fin, reserved, mask }) => {
    return opcode === Opcode.BINARY && fin !== false && (reserved ?? 0) === 0 && mask === undefined;
  });
  if (!isPlain) return wireBytes('service', what, Buffer.concat(frames.map(encodeServerFrame)));
  const bytes = Buffer.concat(frames.map(({ payload }) => payload));
  const said = bytes.length > MOST_DECODED_BYTES ? undefined : named(bytes);
  return wireBytes('service', said === undefined || what.includes(said) ? what : `${what}: ${said}`, bytes);
}

/** The messages in tunnel bytes; undefined where they hold anything else. */
function named(bytes: Uint8Array): string | undefined {
  const names: string[] = [];
  let taken = 0;
  const reader = new FrameReader((chunk, start, end) => {
    names.push(describeMessage(decodeMessage(chunk, start, end)));
    taken += LENGTH_PREFIX_BYTES + end - start;
  });
  try {
    reader.push(bytes);
  } catch {
    return undefined;
  }
  if (names.length === 0 || taken < bytes.length) return undefined;
  const more = names.length > MOST_NAMED ? `, and ${names.length - MOST_NAMED} more` : '';
  return names.slice(0, MOST_NAMED).join(', ') + more;
}
