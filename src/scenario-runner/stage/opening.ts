import { type Message, MessageType } from '../../protocol/index.js';
import type { AppSocket } from './app-socket.js';
import { type Blame, finding } from './blame.js';
import type { Link } from './client-socket.js';
import { LiveStream, type StreamAddress } from './live-stream.js';
import { race } from './race.js';
import type { Opening, Stage } from './trial.js';

/** How long a client may hold back a message that it has already decided to send, in milliseconds. */
const LATE_START_MS = 100;

/** An application connects to a source, and the source must start a stream or a connection for it (S3, S9). */
export async function sourceStarts(
  stage: Stage,
  link: Link,
  serviceId: string,
  { paused = false, writesAtOnce }: Opening,
): Promise<{ app: AppSocket; address: Message }> {
  const { client } = stage;
  const deadline = performance.now() + stage.patienceMs;
  const isStart = (m: Message): boolean =>
    m.type === MessageType.STREAM_START || m.type === MessageType.CONNECTION_START;
  const isFirst = (m: Message): boolean =>
    isStart(m) || (writesAtOnce !== undefined && m.type === MessageType.DATA);
  // Starts of applications that nobody asked about must not be taken for this one's.
  link.messages.drain(isStart);
  for (;;) {
    const app = await stage.app.connects(serviceId, { paused });
    if (writesAtOnce !== undefined) app.writes(writesAtOnce);
    const started = link.messages.take(isFirst);
    const symptom = 'no-stream-start';
    const first = await client.awaits(
      race([started, link.ended.then(() => 'gone' as const), app.ended.then(() => 'refused' as const)]),
      'S3',
      symptom,
    );
    if (typeof first !== 'string') {
      const symptom = 'first-is-no-start';
      stage.check(isStart(first), { rule: 'S3', symptom, detail: `type ${first.type}` });
      return { app, address: first };
    }
    // A client that listens before it is ready may turn the first connections away; what ends streams may end one too.
    if (first === 'gone') throw finding('S3', 'closes-when-application-connects');
    if (performance.now() > deadline) throw finding('S3', 'turns-applications-away');
    // Its START may still be on its way, held back in a buffer: it must not be taken for the next one's.
    await stage.comes(link.messages.take(isStart), LATE_START_MS);
  }
}

/** A destination was told to start something: it must dial the target. */
export async function dialled(
  { client, app: targets, patienceMs, declares }: Stage,
  link: Link,
  address: StreamAddress,
  serviceId: string,
): Promise<LiveStream> {
  const accepted = targets.accepted(serviceId);
  const refused = link.messages.take(
    (m) => m.type === MessageType.STREAM_RESET && m.streamId === address.streamId,
  );
  const blame: Blame = {
    rule: address.connectionId > 1 ? 'S9' : 'S4',
    symptom: 'did-not-dial',
    within: patienceMs + declares.dialMs,
  };
  const app = await client.awaits<AppSocket | undefined>(
    race([accepted, refused.then(() => undefined), link.ended.then(() => undefined)]),
    blame,
  );
  if (app === undefined) {
    throw finding('S4', link.open ? 'did-not-dial:reset' : 'did-not-dial:closed');
  }
  return new LiveStream(address, link, app, client, patienceMs);
}
