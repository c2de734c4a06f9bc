import { MessageType } from 'tunnel-testbed/protocol';
import type { ClientSocket, StreamIds, Trial } from 'tunnel-testbed/scenarios';

/** A destination that has received STREAM_START, and whose target does not answer. */
export interface Dialling {
  readonly socket: ClientSocket;
  readonly ids: StreamIds;
  /** The time for each step, in milliseconds: a client may be busy with the dial for as long as it declares. */
  readonly within: number;
}

/** Makes the client dial a target that does not answer. Resolves when it has proved that it received STREAM_START. */
export async function whileDialling(trial: Trial, serviceId = trial.serviceId): Promise<Dialling> {
  const socket = await trial.connected();
  const within = trial.patienceMs + trial.declares.dialMs;
  await trial.app.fallsSilent(serviceId);
  const ids = trial.newIds(serviceId);
  socket.inject({ ...ids, type: MessageType.STREAM_START });
  await socket.settles(within);
  return { socket, ids, within };
}
