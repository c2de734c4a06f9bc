import { MessageType } from 'tunnel-testbed/protocol';
import type { ClientSocket, StreamIds, Trial } from 'tunnel-testbed/scenarios';

/** A destination that was told to start a stream, whose target does not answer. */
export interface Dialling {
  readonly socket: ClientSocket;
  readonly ids: StreamIds;
  /** What anything may take: a client may be busy with the dial for as long as it declares. */
  readonly within: number;
}

/** Has the client dial a target that does not answer; resolves when the client has shown that it has the message. */
export async function whileDialling(trial: Trial, serviceId = trial.serviceId): Promise<Dialling> {
  const socket = await trial.connected();
  const within = trial.patienceMs + trial.declares.dialMs;
  await trial.app.fallsSilent(serviceId);
  const ids = trial.newIds(serviceId);
  socket.inject({ ...ids, type: MessageType.STREAM_START });
  await socket.settles(within);
  return { socket, ids, within };
}
