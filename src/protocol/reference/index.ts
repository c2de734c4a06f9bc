/**
 * The reference codec: protobufjs' static module, generated from `proto/tunnel.proto`.
 *
 * Differential tests compare our own codec with this one. Use it where an independent check matters more than speed.
 */
import { type Message, message } from '../message.js';
import { com } from './generated/message.js';

const Reference = com.amazonaws.iot.securedtunneling.Message;

/** Encodes the body of a frame (no length prefix) with protobufjs. */
export function encodeWithReference(value: Message): Uint8Array {
  return Reference.encode({ ...value, availableServiceIds: [...value.availableServiceIds] }).finish();
}

/**
 * Decodes the body of a frame (no length prefix) with protobufjs.
 * @throws {Error} whatever protobufjs throws for bytes that do not parse.
 */
export function decodeWithReference(body: Uint8Array): Message {
  const { type, streamId, ignorable, payload, serviceId, availableServiceIds, connectionId } =
    Reference.decode(body);
  return message({ type, streamId, ignorable, payload, serviceId, availableServiceIds, connectionId });
}
