import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Message, MessageType, type RuleId } from '../../protocol/index.js';
import type { AppSocket } from './app-socket.js';
import { Finding } from './finding.js';
import type { Link } from './link.js';
import { race } from './race.js';
import type { Stage } from './stage.js';

const MARK_BYTES = 24;
/** How soon an application that was turned away tries again, in milliseconds. */
const RETRY_MS = 15;
/** How long a client may take to report the end of a connection here, in milliseconds. */
const END_MS = 500;

/**
 * Opens a new connection through a client that was shaken, and sends a mark each way. The marks tell which of several
 * connections is ours: what was tried before may still bring starts and dials of its own.
 * @throws {Finding} with `rule`, where no mark comes through.
 */
export async function echoesAfresh(stage: Stage, rule: RuleId): Promise<void> {
  const link = await stage.connected();
  const over = new AbortController();
  const mark = randomBytes(MARK_BYTES);
  const answer = randomBytes(MARK_BYTES);
  const opened: AppSocket[] = [];
  try {
    if (stage.role === 'source') {
      const deadline = performance.now() + stage.patienceMs;
      const found = findMark(link, mark, over.signal);
      const symptom = 'what a new application writes does not reach the tunnel';
      let app: AppSocket;
      let address: Message | 'gone' | 'refused' | undefined;
      do {
        // A client with one connection at a time turns others away until the last one has ended.
        if (address === 'refused') await pause(RETRY_MS);
        app = await stage.app.connects(stage.client, stage.serviceId);
        opened.push(app);
        app.writes(mark);
        const refused = app.ended.then(() => 'refused' as const);
        address = await stage.client.awaits(race([orGone(found, link), refused]), rule, symptom);
      } while (address === 'refused' && performance.now() < deadline);
      if (address === 'gone') return await echoesAfresh(stage, rule);
      if (address === 'refused') throw new Finding(rule, symptom, 'applications are turned away');
      const { streamId, serviceId, connectionId } = address;
      link.inject({ type: MessageType.DATA, streamId, serviceId, connectionId, payload: answer });
      const got = await stage.client.awaits(
        app.arrives(MARK_BYTES),
        rule,
        'a new application receives nothing',
      );
      stage.check(got.equals(answer), rule, 'a new application receives other bytes than were sent to it');
      app.closes();
      // Unjudged: what comes next must not meet a client that still ends this one.
      const ended = link.messages.take((m) => isEnd(m) && m.streamId === streamId, over.signal);
      await stage.comes(ended, END_MS);
      return;
    }
    const address = stage.newAddress();
    stage.resetLast(link);
    link.inject({ ...address, type: MessageType.STREAM_START });
    link.inject({ ...address, type: MessageType.DATA, payload: mark });
    const app = await stage.client.awaits(
      orGone(targetWithMark(stage, mark, opened, over.signal), link),
      rule,
      'a new stream does not reach its target',
    );
    if (app === 'gone') return await echoesAfresh(stage, rule);
    app.writes(answer);
    const symptom = 'what a target writes does not reach the tunnel';
    const back = await stage.client.awaits(findMark(link, answer, over.signal), rule, symptom);
    stage.check(back.streamId === address.streamId, rule, "a target's bytes come on another stream");
    link.inject({ ...address, type: MessageType.STREAM_RESET });
  } finally {
    over.abort();
    for (const app of opened) app.closes();
  }
}

function isEnd({ type }: Message): boolean {
  return type === MessageType.STREAM_RESET || type === MessageType.CONNECTION_RESET;
}

function orGone<T>(what: Promise<T>, link: Link): Promise<T | 'gone'> {
  return race([what, link.ended.then(() => 'gone' as const)]);
}

/** The first message of the connection on which the mark comes; it may come in pieces. */
async function findMark(link: Link, mark: Buffer, signal: AbortSignal): Promise<Message> {
  const seen = new Map<string, Buffer>();
  for (;;) {
    const value = await link.messages.take((m) => m.type === MessageType.DATA, signal);
    const key = `${value.serviceId} ${value.streamId} ${value.connectionId}`;
    const bytes = Buffer.concat([seen.get(key) ?? Buffer.alloc(0), value.payload]);
    if (bytes.includes(mark)) return value;
    seen.set(key, bytes);
  }
}

/** The connection of the target on which the mark arrives, among all that the client dials. */
async function targetWithMark(
  stage: Stage,
  mark: Buffer,
  opened: AppSocket[],
  signal: AbortSignal,
): Promise<AppSocket> {
  return new Promise((resolve) => {
    const watch = async (): Promise<void> => {
      while (!signal.aborted) {
        const app = await stage.app.accepted(stage.serviceId, signal);
        opened.push(app);
        void app.arrives(mark.length).then((got) => {
          if (got.equals(mark)) resolve(app);
        });
      }
    };
    void watch();
  });
}
