// What the lists of vectors are written with: protobufjs' reflection on the schema, and a hand that writes single
// fields for bytes that no encoder makes.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const schema = fileURLToPath(new URL('../../proto/tunnel.proto', import.meta.url));
const { root } = protobuf.parse(readFileSync(schema, 'utf8'), { keepCase: true });
const Message = root.lookupType('com.amazonaws.iot.securedtunneling.Message');

/** The message types by name, read from the schema. */
export const Type = root.lookupEnum('com.amazonaws.iot.securedtunneling.Message.Type').values;

/** A message's bytes as protobufjs writes them, without length prefix. Fields left out are absent. */
export function encode(fields) {
  return Message.encode(Message.create(fields)).finish();
}

/** What protobufjs reads from bytes, every field present. */
export function decode(body) {
  return Message.toObject(Message.decode(body), { defaults: true, arrays: true });
}

/** A body behind its 2-byte big-endian length, or behind another length than its own. */
export function frame(body, length = body.length) {
  return Buffer.concat([Uint8Array.of(length >>> 8, length & 0xff), body]);
}

/** A payload of any length that any language can make: byte i is (31 i + 7) mod 256. */
export function payload(length) {
  return Uint8Array.from({ length }, (_, i) => (31 * i + 7) & 0xff);
}

export function hex(text) {
  return Buffer.from(text.replaceAll(' ', ''), 'hex');
}

export function bytes(...parts) {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? hex(part) : part)));
}

/** The smallest varint of an unsigned value below 2^32. */
export function varint(value) {
  const out = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  return Uint8Array.from([...out, rest]);
}

/** A varint of a value below 128, written in more bytes than it needs. */
export function longer(value, length) {
  return Uint8Array.from({ length }, (_, i) => (i === 0 ? value : 0) | (i < length - 1 ? 0x80 : 0));
}

/** A field of wire type 2: tag, length, content. */
export function lengthDelimited(number, content) {
  const data = typeof content === 'string' ? Buffer.from(content) : content;
  return bytes(varint(number * 8 + 2), varint(data.length), data);
}

export function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
