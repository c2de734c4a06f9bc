import type { Message } from '../../protocol/index.js';

/** What names a connection on the wire. */
export interface StreamIds {
  readonly streamId: number;
  readonly serviceId: string;
  readonly connectionId: number;
}

/** Whether a message of the client belongs to the connection of these ids; absent ids match (M12, and V1 under M8). */
export function isOf(ids: StreamIds, value: Message): boolean {
  // X4: one reading takes 0 for 1; none takes it for a further connection.
  const isOfFirst = value.connectionId === 0 && ids.connectionId === 1;
  return (
    value.streamId === ids.streamId &&
    (value.serviceId === ids.serviceId || value.serviceId === '') &&
    (value.connectionId === ids.connectionId || isOfFirst || ids.connectionId === 0)
  );
}
