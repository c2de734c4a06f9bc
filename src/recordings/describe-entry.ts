import type { MessageFields } from '../mock-service/capture/index.js';
import { printable, printableJson } from '../protocol/index.js';
import type { CaptureEntry } from './reader.js';

/** How many characters of a payload's text are shown. */
const SHOWN_TEXT = 48;
const LONGEST_VALUE = 500;

/** An entry as one line for people: `source → DATA stream 5 SSH connection 1, 12 bytes "hello world\n"`. */
export function describeEntry(entry: CaptureEntry): string {
  if (entry.kind === 'event') return describeEvent(entry.event, entry.fields);
  const arrow = entry.direction === 'received' ? '→' : '←';
  const { message, raw, rawBytes } = entry;
  const length = raw === undefined ? rawBytes : raw.length / 2;
  const odd = length === undefined ? '' : ` (${length} bytes on the wire, in another encoding than ours)`;
  const what =
    message === undefined ? `${length} bytes that are not a message` : describeFields(message) + odd;
  return `${entry.side} ${arrow} ${what}`;
}

/** A message's fields in words. */
export function describeFields(fields: MessageFields): string {
  const { type, streamId, serviceId, connectionId, availableServiceIds, ignorable } = fields;
  const words = [typeof type === 'number' ? `TYPE_${type}` : type];
  if (streamId !== undefined) words.push(`stream ${streamId}`);
  if (serviceId !== undefined) words.push(printable(serviceId));
  if (connectionId !== undefined) words.push(`connection ${connectionId}`);
  if (availableServiceIds !== undefined) words.push(`[${printable(availableServiceIds.join(', '))}]`);
  if (ignorable === true) words.push('ignorable');
  return words.join(' ') + describePayload(fields);
}

function describePayload({ text, base64, payloadBytes }: MessageFields): string {
  if (text !== undefined) {
    const shown = text.length > SHOWN_TEXT ? `${text.slice(0, SHOWN_TEXT)}…` : text;
    return `, ${Buffer.byteLength(text)} bytes ${printableJson(shown)}`;
  }
  if (base64 !== undefined) return `, ${Buffer.from(base64, 'base64').length} bytes`;
  return payloadBytes === undefined ? '' : `, ${payloadBytes} bytes`;
}

function describeEvent(event: string, fields: Readonly<Record<string, unknown>>): string {
  const shown = Object.entries(fields).map(
    ([name, value]) =>
      `${name} ${printable(typeof value === 'string' ? value : JSON.stringify(value), LONGEST_VALUE)}`,
  );
  return `${event}${shown.length > 0 ? ': ' : ''}${shown.join(', ')}`;
}
