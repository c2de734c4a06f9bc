import type { Message } from '../../protocol/index.js';

/** The ids of a connection on the wire. */
export interface StreamIds {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
}

/** Whether a message of the client belongs to the connection with these ids. Absent ids match (M12, and V1 by M8). */
export function isOf(ids: StreamIds, value: Message): boolean {
  // X4: one reading treats 0 as 1. No reading treats it as a further connection.
  const isOfFirst = value.connectionId === 0 && ids.connectionId === 1;
  return (
    value.streamId === ids.streamId &&
    (value.serviceId === ids.serviceId || value.serviceId === '') &&
    (value.connectionId === ids.connectionId || isOfFirst || ids.connectionId === 0)
  );
}
