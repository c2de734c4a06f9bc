import {
  decodeMessage,
  encodeFrame,
  LENGTH_PREFIX_BYTES,
  type Message,
  MessageType,
  message,
  messageTypeName,
} from '../../protocol/index.js';
import type { FrameLine, MessageFields } from './format.js';

/** How a frame line describes the bytes: by fields, and by the bytes too if the fields do not determine them. */
export type FrameContent = Pick<FrameLine, 'message' | 'raw' | 'rawBytes'>;

/** Describes bytes that were read as one frame, or the unfinished rest of a stream. */
export function describeFrame(frame: Uint8Array, payloads: 'kept' | 'omitted'): FrameContent {
  const decoded = tryDecode(frame);
  const exact = decoded !== undefined && gives(decoded, frame);
  const fields = decoded && { message: toFields(decoded, payloads) };
  if (exact) return { ...fields };
  // Bytes that do not parse may be payload, so they are left out too.
  if (payloads === 'omitted') return { ...fields, rawBytes: frame.length };
  return { ...fields, raw: Buffer.from(frame).toString('hex') };
}

/**
 * The bytes that a frame line describes. Undefined if they were left out. A payload that was left out becomes zeros of
 * the same length.
 * @throws {Error} if the fields cannot be encoded.
 */
export function bytesOf(content: FrameContent): Uint8Array | undefined {
  if (content.raw !== undefined) return Buffer.from(content.raw, 'hex');
  if (content.rawBytes !== undefined || content.message === undefined) return undefined;
  return encodeFrame(fromFields(content.message));
}

/** The fields of a message for a frame line. */
export function toFields(value: Message, payloads: 'kept' | 'omitted' = 'kept'): MessageFields {
  const name = messageTypeName(value.type);
  return {
    type: name in MessageType ? name : value.type,
    ...(value.streamId !== 0 && { streamId: value.streamId }),
    ...(value.ignorable && { ignorable: true }),
    ...(value.serviceId !== '' && { serviceId: value.serviceId }),
    ...(value.connectionId !== 0 && { connectionId: value.connectionId }),
    ...(value.availableServiceIds.length > 0 && { availableServiceIds: [...value.availableServiceIds] }),
    ...(value.payload.length > 0 && describePayload(value.payload, payloads)),
  };
}

/**
 * The message that the fields of a frame line describe.
 * @throws {Error} if the type is neither a known name nor a number.
 */
export function fromFields(fields: MessageFields): Message {
  const { type, text, base64, payloadBytes, ...rest } = fields;
  const number = typeof type === 'number' ? type : MessageType[type as keyof typeof MessageType];
  if (number === undefined) {
    const known = Object.keys(MessageType).join(', ');
    throw new Error(`There is no message type ${JSON.stringify(type)}; use one of ${known}, or a number`);
  }
  const payload =
    text !== undefined
      ? Buffer.from(text)
      : base64 !== undefined
        ? Buffer.from(base64, 'base64')
        : new Uint8Array(payloadBytes ?? 0);
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return message({ ...present, type: number, payload });
}

function tryDecode(frame: Uint8Array): Message | undefined {
  if (frame.length < LENGTH_PREFIX_BYTES) return undefined;
  try {
    return decodeMessage(frame, LENGTH_PREFIX_BYTES);
  } catch {
    return undefined;
  }
}

function gives(value: Message, frame: Uint8Array): boolean {
  try {
    return Buffer.compare(encodeFrame(value), frame) === 0;
  } catch {
    return false;
  }
}

function describePayload(payload: Uint8Array, payloads: 'kept' | 'omitted'): Partial<MessageFields> {
  if (payloads === 'omitted') return { payloadBytes: payload.length };
  const text = readableText(payload);
  return text === undefined ? { base64: Buffer.from(payload).toString('base64') } : { text };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
// Line ends and tabs count as readable, so that people can edit them. Other control characters do not.
const UNREADABLE = /[^\P{C}\r\n\t]/u;

function readableText(payload: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(payload);
    return UNREADABLE.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
