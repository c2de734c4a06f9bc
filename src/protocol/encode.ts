import { ProtocolError } from './errors.js';
import { LENGTH_PREFIX_BYTES, MAX_MESSAGE_BYTES } from './limits.js';
import type { Message } from './message.js';
import { utf8Length, writeUtf8 } from './utf8.js';

/** The length of the encoded message in bytes, without the length prefix. */
export function encodedLength(value: Message): number {
  let length = 0;
  if (value.type !== 0) length += 1 + int32Length(value.type);
  if (value.streamId !== 0) length += 1 + int32Length(value.streamId);
  if (value.ignorable) length += 2;
  if (value.payload.length > 0) length += 1 + varintLength(value.payload.length) + value.payload.length;
  if (value.serviceId !== '') length += stringFieldLength(value.serviceId);
  for (const id of value.availableServiceIds) length += stringFieldLength(id);
  if (value.connectionId !== 0) length += 1 + varintLength(value.connectionId >>> 0);
  return length;
}

/**
 * Encodes the message without its length prefix.
 * @throws {ProtocolError} VALUE_OUT_OF_RANGE if an id does not fit its field.
 */
export function encodeMessage(value: Message): Uint8Array {
  checkRanges(value);
  const bytes = new Uint8Array(encodedLength(value));
  writeMessage(value, bytes, 0);
  return bytes;
}

/**
 * Encodes the message as a tunnel frame: 2-byte big-endian length, then the message.
 * @throws {ProtocolError} MESSAGE_TOO_LARGE over 65535 bytes, VALUE_OUT_OF_RANGE if an id does not fit.
 */
export function encodeFrame(value: Message): Uint8Array {
  const bytes = new Uint8Array(frameLength(value));
  writeFrame(value, bytes, 0);
  return bytes;
}

/**
 * The same as {@link encodeFrame}, but returns undefined if the message is longer than 65535 bytes.
 * @throws {ProtocolError} VALUE_OUT_OF_RANGE if an id does not fit.
 */
export function encodeFrameIfItFits(value: Message): Uint8Array | undefined {
  return encodedLength(value) > MAX_MESSAGE_BYTES ? undefined : encodeFrame(value);
}

/**
 * The length of the message's frame in bytes: length prefix and message.
 * @throws {ProtocolError} MESSAGE_TOO_LARGE if the message is longer than 65535 bytes.
 */
export function frameLength(value: Message): number {
  const length = encodedLength(value);
  if (length > MAX_MESSAGE_BYTES) {
    const what = `A message of ${length} bytes does not fit a frame of at most ${MAX_MESSAGE_BYTES}`;
    throw new ProtocolError('MESSAGE_TOO_LARGE', 0, what);
  }
  return LENGTH_PREFIX_BYTES + length;
}

/** Writes a frame at `offset` and returns where it ends. `target` must have {@link frameLength} bytes free there. */
export function writeFrame(value: Message, target: Uint8Array, offset: number): number {
  checkRanges(value);
  const end = writeMessage(value, target, offset + LENGTH_PREFIX_BYTES);
  const length = end - offset - LENGTH_PREFIX_BYTES;
  target[offset] = length >>> 8;
  target[offset + 1] = length & 0xff;
  return end;
}

function checkRanges(value: Message): void {
  if (value.type !== (value.type | 0)) throw outOfRange('type', value.type, 'an int32');
  if (value.streamId !== (value.streamId | 0)) throw outOfRange('streamId', value.streamId, 'an int32');
  if (value.connectionId !== value.connectionId >>> 0) {
    throw outOfRange('connectionId', value.connectionId, 'a uint32');
  }
}

function outOfRange(field: string, value: number, kind: string): ProtocolError {
  return new ProtocolError('VALUE_OUT_OF_RANGE', 0, `${field} ${value} is not ${kind}`);
}

function writeMessage(value: Message, target: Uint8Array, start: number): number {
  let at = start;
  if (value.type !== 0) {
    target[at++] = 0x08;
    at = writeInt32(value.type, target, at);
  }
  if (value.streamId !== 0) {
    target[at++] = 0x10;
    at = writeInt32(value.streamId, target, at);
  }
  if (value.ignorable) {
    target[at++] = 0x18;
    target[at++] = 1;
  }
  if (value.payload.length > 0) {
    target[at++] = 0x22;
    at = writeVarint(value.payload.length, target, at);
    target.set(value.payload, at);
    at += value.payload.length;
  }
  if (value.serviceId !== '') at = writeString(0x2a, value.serviceId, target, at);
  for (const id of value.availableServiceIds) at = writeString(0x32, id, target, at);
  if (value.connectionId !== 0) {
    target[at++] = 0x38;
    at = writeVarint(value.connectionId >>> 0, target, at);
  }
  return at;
}

function stringFieldLength(text: string): number {
  const length = utf8Length(text);
  return 1 + varintLength(length) + length;
}

function writeString(tag: number, text: string, target: Uint8Array, start: number): number {
  const length = utf8Length(text);
  target[start] = tag;
  const at = writeVarint(length, target, start + 1);
  writeUtf8(text, length, target, at);
  return at + length;
}

function varintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Protobuf writes a negative int32 as a 64-bit varint of ten bytes. */
function int32Length(value: number): number {
  return value < 0 ? 10 : varintLength(value);
}

function writeVarint(value: number, target: Uint8Array, start: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    target[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[at++] = rest;
  return at;
}

function writeInt32(value: number, target: Uint8Array, start: number): number {
  if (value >= 0) return writeVarint(value, target, start);
  let rest = value;
  for (let i = 0; i < 9; i++) {
    target[start + i] = (rest & 0x7f) | 0x80;
    rest >>= 7; // keeps the sign: the upper 32 bits of the 64 are ones
  }
  target[start + 9] = 1;
  return start + 10;
}
