import {
  decodeMessage,
  FrameReader,
  type Message,
  messageTypeName,
  ProtocolError,
  printable,
} from '../../protocol/index.js';

/** One entry of a listing: a frame, or bytes that are not a valid frame. */
export type Entry =
  | { readonly offset: number; readonly bytes: number; readonly message: Message }
  | { readonly offset: number; readonly bytes: number; readonly error: string };

const LENGTH_BYTES = 2;
const PREVIEW_BYTES = 32;

/** Cuts bytes into frames and decodes each. A frame that does not parse becomes an entry with the offset of the error. */
export async function* decodeFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Entry> {
  let offset = 0;
  const found: Entry[] = [];
  const reader = new FrameReader((bytes, start, end) => {
    const length = LENGTH_BYTES + end - start;
    found.push({ offset, bytes: length, ...decode(bytes, start, end, offset + LENGTH_BYTES) });
    offset += length;
  });
  for await (const chunk of chunks) {
    reader.push(chunk);
    yield* found.splice(0);
  }
  if (reader.pendingBytes > 0) {
    yield { offset, bytes: reader.pendingBytes, error: 'the input ends within this frame' };
  }
}

function decode(bytes: Uint8Array, start: number, end: number, at: number) {
  try {
    return { message: decodeMessage(bytes, start, end) };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { error: `${error.message}, byte ${at + error.offset} of the input` };
  }
}

export const HEADING = row('OFFSET', 'BYTES', 'TYPE', 'STREAM', 'CONN', 'SERVICE', 'PAYLOAD');

/** An entry as a line for people. */
export function describe(entry: Entry): string {
  if ('error' in entry) return row(entry.offset, entry.bytes, 'ERROR', entry.error);
  const { type, streamId, connectionId, serviceId, payload, availableServiceIds, ignorable } = entry.message;
  const details = [
    ...(availableServiceIds.length > 0 ? [`services ${printable(availableServiceIds.join(', '))}`] : []),
    ...(ignorable ? ['ignorable'] : []),
    ...(payload.length > 0 ? [`${payload.length} bytes ${preview(payload)}`] : []),
  ].join(' ');
  const ids = [streamId || '-', connectionId || '-', printable(serviceId) || '-'] as const;
  return row(entry.offset, entry.bytes, messageTypeName(type), ...ids, details);
}

/** An entry as a record for programs. The payload is in base64. */
export function toRecord(entry: Entry): object {
  if ('error' in entry) return entry;
  const { message, ...place } = entry;
  const payload = Buffer.from(message.payload).toString('base64');
  return { ...place, ...message, typeName: messageTypeName(message.type), payload };
}

function preview(payload: Uint8Array): string {
  const start = Buffer.from(payload.subarray(0, PREVIEW_BYTES));
  const more = payload.length > PREVIEW_BYTES ? '…' : '';
  const isText = start.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d);
  return (isText ? JSON.stringify(start.toString('latin1')) : start.toString('hex')) + more;
}

function row(...cells: (string | number)[]): string {
  const widths = [8, 6, 16, 11, 10, 12];
  return cells
    .map((cell, i) => String(cell).padEnd(i < cells.length - 1 ? (widths[i] ?? 0) : 0))
    .join(' ')
    .trimEnd();
}
