import { setTimeout as pause } from 'node:timers/promises';
import { type Message, MessageType } from '../../protocol/index.js';
import type { AppSocket } from './app-socket.js';
import { type Blame, check, finding } from './blame.js';
import type { ClientSocket } from './client-socket.js';
import type { Connections } from './connections.js';
import { race } from './race.js';
import type { StreamIds } from './stream-ids.js';

const MARK_BYTES = 24;
/** An application that was refused tries again after this time, in milliseconds. */
const RETRY_MS = 15;
/** A client may take this long to report the end of a connection, in milliseconds. */
const END_MS = 500;
/** The number of WebSockets that a client may lose before a connection works. */
const MAX_SOCKETS = 5;

/** The marks for both ways, and the connections that were opened for them. */
interface Attempt {
  readonly socket: ClientSocket;
  readonly mark: Buffer;
  readonly answer: Buffer;
  readonly opened: AppSocket[];
  readonly over: AbortSignal;
  /** Whether the stream has connection ids, like the one before. A client may refuse a change of format (M13). */
  readonly isNumbered: boolean;
}

/**
 * Opens a new connection through a client after a disturbance, and sends a mark each way. The marks show which
 * connection is the right one, because earlier tries may still bring starts and dials.
 * @throws {Finding} if no mark arrives, or if the client loses one WebSocket after another.
 */
export async function echoesAfresh(
  connections: Connections,
  blame: Blame,
  before?: StreamIds,
): Promise<void> {
  const isNumbered = before?.connectionId !== 0;
  for (let sockets = 1; sockets <= MAX_SOCKETS; sockets++) {
    const { client } = connections.parts;
    const socket = await client.connects();
    const over = new AbortController();
    const marks = { mark: client.random.bytes(MARK_BYTES), answer: client.random.bytes(MARK_BYTES) };
    const attempt: Attempt = { socket, ...marks, opened: [], over: over.signal, isNumbered };
    try {
      const works = await (connections.parts.role === 'source' ? fromSource : fromService)(
        connections,
        attempt,
        blame,
      );
      if (!works) continue;
      socket.isWell();
      return;
    } finally {
      over.abort();
      for (const app of attempt.opened) app.closes();
    }
  }
  const detail = `gave up after ${MAX_SOCKETS} WebSockets`;
  throw finding(blame, 'came-back-too-often', detail);
}

/** An application connects, and its bytes reach the tunnel. False if the WebSocket is lost meanwhile. */
async function fromSource(connections: Connections, attempt: Attempt, blame: Blame): Promise<boolean> {
  const { socket, mark, answer, opened, over } = attempt;
  const { app: applications, client, patienceMs } = connections.parts;
  const deadline = performance.now() + patienceMs;
  const found = findMark(socket, mark, over);
  const symptom = 'new-application-does-not-reach-tunnel';
  let app: AppSocket;
  let address: Message | 'gone' | 'refused' | undefined;
  do {
    // A client with one connection at a time refuses others until the last one has ended.
    if (address === 'refused') await pause(RETRY_MS);
    app = await applications.connects(connections.serviceId);
    opened.push(app);
    app.writes(mark);
    const refused = app.ended.then(() => 'refused' as const);
    address = await client.awaits(race([orGone(found, socket), refused]), { ...blame, symptom });
  } while (address === 'refused' && performance.now() < deadline);
  if (address === 'gone') return false;
  if (address === 'refused') throw finding({ ...blame, symptom, detail: 'applications are refused' });
  const { streamId, serviceId, connectionId } = address;
  socket.inject({ type: MessageType.DATA, streamId, serviceId, connectionId, payload: answer });
  const nothing = 'new-application-receives-nothing';
  const got = await client.awaits(app.arrives(MARK_BYTES), { ...blame, symptom: nothing });
  const others = 'new-application-receives-other-bytes';
  check(got.equals(answer), { ...blame, symptom: others });
  app.closes();
  // This is not judged. But the next step needs a client that has ended this connection.
  await client.comes(
    socket.messages.take((m) => isEnd(m) && m.streamId === streamId),
    END_MS,
  );
  return true;
}

/** A stream starts, and its bytes reach the target. False if the WebSocket is lost meanwhile. */
async function fromService(connections: Connections, attempt: Attempt, blame: Blame): Promise<boolean> {
  const { socket, mark, answer, over, isNumbered } = attempt;
  const { client, patienceMs, declares } = connections.parts;
  const address = { ...connections.newIds(), ...(!isNumbered && { connectionId: 0 }) };
  connections.resetLast(socket);
  socket.inject({ ...address, type: MessageType.STREAM_START });
  socket.inject({ ...address, type: MessageType.DATA, payload: mark });
  const app = await client.awaits(orGone(targetWithMark(connections, attempt), socket), {
    ...blame,
    symptom: 'new-stream-does-not-reach-target',
    within: patienceMs + declares.dialMs,
  });
  if (app === 'gone') return false;
  app.writes(answer);
  const symptom = 'target-does-not-reach-tunnel';
  const back = await client.awaits(findMark(socket, answer, over), { ...blame, symptom });
  const elsewhere = 'target-on-another-stream';
  check(back.streamId === address.streamId, { ...blame, symptom: elsewhere });
  socket.inject({ ...address, type: MessageType.STREAM_RESET });
  return true;
}

function isEnd({ type }: Message): boolean {
  return type === MessageType.STREAM_RESET || type === MessageType.CONNECTION_RESET;
}

function orGone<T>(what: Promise<T>, socket: ClientSocket): Promise<T | 'gone'> {
  return race([what, socket.ended.then(() => 'gone' as const)]);
}

/** The first message of the connection on which the mark arrives. The mark may arrive in pieces. */
async function findMark(socket: ClientSocket, mark: Buffer, signal: AbortSignal): Promise<Message> {
  const seen = new Map<string, Buffer>();
  for (;;) {
    const value = await socket.messages.take((m) => m.type === MessageType.DATA, signal);
    const key = `${value.serviceId} ${value.streamId} ${value.connectionId}`;
    const bytes = Buffer.concat([seen.get(key) ?? Buffer.alloc(0), value.payload]);
    if (bytes.includes(mark)) return value;
    seen.set(key, bytes);
  }
}

/** The connection of the target on which the mark arrives. The client may have dialled several. */
async function targetWithMark(connections: Connections, { mark, opened, over }: Attempt): Promise<AppSocket> {
  return new Promise((resolve) => {
    const watch = async (): Promise<void> => {
      while (!over.aborted) {
        const app = await connections.parts.app.accepted(connections.serviceId, over);
        opened.push(app);
        void app.arrives(mark.length).then((got) => {
          if (got.equals(mark)) resolve(app);
        });
      }
    };
    void watch();
  });
}
