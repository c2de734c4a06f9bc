import { type Message, messageTypeName } from '../../protocol/index.js';

/** A message as one line of a transcript. */
export function describeMessage(value: Message): string {
  const parts: string[] = [messageTypeName(value.type)];
  if (value.streamId !== 0) parts.push(`stream ${value.streamId}`);
  if (value.serviceId !== '') {
    const { serviceId } = value;
    parts.push(`service ${serviceId.length > 40 ? `${serviceId.slice(0, 40)}…` : serviceId}`);
  }
  if (value.connectionId !== 0) parts.push(`connection ${value.connectionId}`);
  if (value.payload.length > 0) parts.push(`${value.payload.length} bytes`);
  if (value.availableServiceIds.length > 0) parts.push(`[${value.availableServiceIds.join(', ')}]`);
  if (value.ignorable) parts.push('ignorable');
  return parts.join(' ');
}
