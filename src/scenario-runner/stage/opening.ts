import { type Message, MessageType } from '../../protocol/index.js';
import type { AppSocket } from './app-socket.js';
import { Finding } from './finding.js';
import type { Link } from './link.js';
import { LiveStream, type StreamAddress } from './live-stream.js';
import { race } from './race.js';
import type { OpenOptions, Stage } from './stage.js';

/** How long a client may hold back a message that it has already decided to send, in milliseconds. */
const LATE_START_MS = 100;

/** An application connects to a source, and the source must start a stream or a connection for it (S3, S9). */
export async function sourceStarts(
  stage: Stage,
  link: Link,
  serviceId: string,
  { paused = false, writesAtOnce }: OpenOptions,
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
    const app = await stage.app.connects(client, serviceId, paused);
    if (writesAtOnce !== undefined) app.writes(writesAtOnce);
    const over = new AbortController();
    const started = link.messages.take(isFirst, over.signal);
    const symptom = 'a TCP connection brought no STREAM_START';
    const first = await client.awaits(
      race([started, link.ended.then(() => 'gone' as const), app.ended.then(() => 'refused' as const)]),
      'S3',
      symptom,
    );
    over.abort();
    if (typeof first !== 'string') {
      stage.check(isStart(first), 'S3', 'its first message is not STREAM_START', `type ${first.type}`);
      return { app, address: first };
    }
    // A client that listens before it is ready may turn the first connections away; what ends streams may end one too.
    if (first === 'gone') throw new Finding('S3', 'it closed the WebSocket when an application connected');
    if (performance.now() > deadline) throw new Finding('S3', 'it turns applications away');
    // Its START may still be on its way, held back in a buffer: it must not be taken for the next one's.
    const late = new AbortController();
    await stage.comes(link.messages.take(isStart, late.signal), LATE_START_MS);
    late.abort();
  }
}

/** A destination was told to start something: it must dial the target. */
export async function dialled(
  { client, app: targets, patienceMs }: Stage,
  address: StreamAddress,
  serviceId: string,
): Promise<LiveStream> {
  const { link } = client;
  const over = new AbortController();
  const accepted = targets.accepted(serviceId, over.signal);
  const refused = link.messages.take(
    (m) => m.type === MessageType.STREAM_RESET && m.streamId === address.streamId,
    over.signal,
  );
  const app = await client.awaits<AppSocket | undefined>(
    race([accepted, refused.then(() => undefined), link.ended.then(() => undefined)]),
    address.connectionId > 1 ? 'S9' : 'S4',
    'it did not dial the service',
  );
  over.abort();
  if (app === undefined) {
    const how = link.open ? 'answered with STREAM_RESET' : 'closed the WebSocket';
    throw new Finding('S4', `it did not dial the service: it ${how}`);
  }
  return new LiveStream(address, link, app, client, patienceMs);
}
