import { type Message, MessageType } from '../../protocol/index.js';
import type { AppSocket } from './app-socket.js';
import { type Blame, check, finding } from './blame.js';
import type { ClientSocket } from './client-socket.js';
import { LiveStream } from './live-stream.js';
import type { TrialParts } from './parts.js';
import { race } from './race.js';
import type { StreamIds } from './stream-ids.js';

/** A client may hold back a message that it has decided to send for this long, in milliseconds. */
const LATE_START_MS = 100;

/** How the application behaves. */
interface AppOptions {
  readonly paused?: boolean;
  readonly writesAtOnce?: Buffer;
}

/** An application connects to a source, and the source must start a stream or a connection for it (S3, S9). */
export async function sourceStarts(
  parts: TrialParts,
  socket: ClientSocket,
  serviceId: string,
  { paused = false, writesAtOnce }: AppOptions,
): Promise<{ app: AppSocket; address: Message }> {
  const { client } = parts;
  const deadline = performance.now() + parts.patienceMs;
  const isStart = (m: Message): boolean =>
    m.type === MessageType.STREAM_START || m.type === MessageType.CONNECTION_START;
  const isFirst = (m: Message): boolean =>
    isStart(m) || (writesAtOnce !== undefined && m.type === MessageType.DATA);
  // The starts of earlier applications must not be mistaken for this one's.
  socket.messages.drain(isStart);
  for (;;) {
    const app = await parts.app.connects(serviceId, { paused });
    if (writesAtOnce !== undefined) app.writes(writesAtOnce);
    const started = socket.messages.take(isFirst);
    const symptom = 'no-stream-start';
    const first = await client.awaits(
      race([started, socket.ended.then(() => 'gone' as const), app.ended.then(() => 'refused' as const)]),
      'S3',
      symptom,
    );
    if (typeof first !== 'string') {
      const symptom = 'first-is-no-start';
      check(isStart(first), { rule: 'S3', symptom, detail: `type ${first.type}` });
      return { app, address: first };
    }
    // A client that listens before it is ready may refuse the first connections. A message that ends streams may end
    // one too.
    if (first === 'gone') throw finding('S3', 'closes-when-application-connects');
    if (performance.now() > deadline) throw finding('S3', 'turns-applications-away');
    // Its START may still be in a buffer of the client. It must not be mistaken for the next one's.
    await client.comes(socket.messages.take(isStart), LATE_START_MS);
  }
}

/** A destination has received a start: it must dial the target. */
export async function dialled(
  { client, app: targets, patienceMs, declares }: TrialParts,
  socket: ClientSocket,
  address: StreamIds,
  serviceId: string,
): Promise<LiveStream> {
  const accepted = targets.accepted(serviceId);
  const refused = socket.messages.take(
    (m) => m.type === MessageType.STREAM_RESET && m.streamId === address.streamId,
  );
  const blame: Blame = {
    rule: address.connectionId > 1 ? 'S9' : 'S4',
    symptom: 'did-not-dial',
    within: patienceMs + declares.dialMs,
  };
  const app = await client.awaits<AppSocket | undefined>(
    race([accepted, refused.then(() => undefined), socket.ended.then(() => undefined)]),
    blame,
  );
  if (app === undefined) {
    throw finding('S4', socket.open ? 'did-not-dial:reset' : 'did-not-dial:closed');
  }
  return new LiveStream(address, socket, app, client, patienceMs);
}
