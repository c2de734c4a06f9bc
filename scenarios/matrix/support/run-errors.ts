import { MessageType } from 'tunnel-testbed/protocol';
import {
  type ClientSocket,
  Crash,
  Finding,
  firstOf,
  type LiveStream,
  symptom,
  type Trial,
  type TriggerCode,
} from 'tunnel-testbed/scenarios';
import { type ErrorCell, errorCellsOf } from './error-cells.js';

const DOWN_BYTES = 60_000;
const UP_BYTES = 200_000;
/** How long a crash may take to show where the client has closed its WebSocket, in milliseconds. */
const EXIT_MS = 100;

type Outcome = 'unharmed' | 'harmed';

/** Findings of one run: a client with more faults is told those first. */
const MOST_FINDINGS = 6;
/** After the first finding others are looked for this long, in milliseconds: a client with many faults must not cost hours. */
const LOOK_ON_MS = 15_000;

/**
 * Puts every message that may be an error to the client, in each state. They share a client as long as it goes on; where
 * one has harmed it, it is put again to a fresh client, alone. The run then goes on without that message, so that it shows
 * all that do harm.
 * @throws {Finding | Crash} naming the message, its state and how it arrived: the last of {@link MOST_FINDINGS}; those
 * before are told by the way.
 */
export async function runErrors(trial: Trial): Promise<void> {
  const { role, version, long, declares } = trial;
  const cells = errorCellsOf({ role, version, reconnects: declares.reconnects, full: long });
  /** Messages after which the client has been seen to come back, or to end in order. */
  const seen = new Set<string>();
  /** What has done harm, by its trigger. */
  const harmful = new Set<TriggerCode>();
  let lookUntil = Number.POSITIVE_INFINITY;
  const judge = async (on: Trial, cell: ErrorCell): Promise<Outcome> => {
    try {
      await put(on, cell, seen.has(cell.message));
      seen.add(cell.message);
      return 'unharmed';
    } catch (error) {
      const harm = await confirmed(trial, cell, error);
      if (harmful.has(cell.trigger)) return 'harmed';
      harmful.add(cell.trigger);
      lookUntil = Math.min(lookUntil, performance.now() + LOOK_ON_MS);
      if (harmful.size === MOST_FINDINGS) throw harm;
      trial.finds(harm);
      return 'harmed';
    }
  };
  const next = (cells: ErrorCell[]): ErrorCell | undefined => {
    if (!long && performance.now() > lookUntil) cells.length = 0;
    const cell = cells.shift();
    return cell !== undefined && harmful.has(cell.trigger) ? next(cells) : cell;
  };
  const early = cells.filter(({ state }) => state === 'before-ids');
  const rest = cells.filter(({ state }) => state !== 'before-ids');
  /** Runs on a fresh client. That it has crashed is no news once its harm is told. */
  const onFresh = async (run: (fresh: Trial) => Promise<Outcome>): Promise<void> => {
    let outcome: Outcome = 'unharmed';
    const running = trial.afresh(async (fresh) => {
      outcome = await run(fresh);
    });
    await running.catch((error: unknown) => {
      if (outcome === 'unharmed') throw error;
    });
  };
  const lane = async (): Promise<void> => {
    for (let cell = next(early); cell !== undefined; cell = next(early)) {
      const each = cell;
      await onFresh((fresh) => judge(fresh, each));
    }
    while (rest.length > 0) await onFresh((fresh) => sequence(fresh, () => next(rest), judge));
  };
  const lanes = Array.from({ length: trial.clientsAtOnce }, lane);
  try {
    await Promise.all(lanes);
  } finally {
    // What one of them has found ends the others, each after its cell.
    early.length = 0;
    rest.length = 0;
    await Promise.allSettled(lanes);
  }
}

/** One cell after the other on one client, until it is harmed or the cells are used up. */
async function sequence(
  trial: Trial,
  next: () => ErrorCell | undefined,
  judge: (on: Trial, cell: ErrorCell) => Promise<Outcome>,
): Promise<Outcome> {
  for (let cell = next(); cell !== undefined; cell = next()) {
    if ((await judge(trial, cell)) === 'harmed') return 'harmed';
    if (cell.remaps) break;
    if (trial.client.exit !== undefined || trial.service.sockets.at(-1)?.open !== true) break;
  }
  return 'unharmed';
}

/**
 * The error, with the cell named; told apart where the cell alone does no harm.
 * @throws what is no harm to the client.
 */
async function confirmed(trial: Trial, cell: ErrorCell, first: unknown): Promise<Finding | Crash> {
  if (!(first instanceof Finding || first instanceof Crash)) throw first;
  let error = first;
  let when = `after ${cell.name}, and what came before it`;
  try {
    await trial.afresh((fresh) => put(fresh, cell, false));
  } catch (alone) {
    if (!(alone instanceof Finding || alone instanceof Crash)) throw alone;
    error = alone;
    when = `after ${cell.name}`;
  }
  const seen = symptom(error.symptom, { after: cell.trigger });
  const detail = `${when}; ${error.detail}`;
  const found =
    error instanceof Crash ? new Crash(seen, detail) : new Finding(error.rule, seen, detail, error.force);
  found.amid = error.amid;
  return found;
}

/** @param isBrief the client need not be waited for when it has closed its WebSocket */
async function put(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const { state } = cell;
  if (state === 'before-ids') await beforeIds(trial, cell, isBrief);
  else if (state === 'idle') await idle(trial, cell, isBrief);
  else if (state === 'ended') await ended(trial, cell, isBrief);
  else if (state === 'transfer') await inTransfer(trial, cell, isBrief);
  else {
    if (state === 'reconnected' && trial.service.sockets.length < 2) await reconnect(trial);
    const stream = await trial.opens();
    await stream.echoes(trial.carries);
    inject(trial, stream.socket, cell, stream);
    await survives(trial, stream, cell, isBrief);
  }
}

function inject(trial: Trial, socket: ClientSocket, cell: ErrorCell, stream?: LiveStream): void {
  const ids = stream ?? trial.newIds();
  const { services } = trial.service;
  socket.injectFrames(cell.frames(ids, services), cell.name, ids);
  if (cell.remaps) socket.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: services });
}

/** It may wait for SERVICE_IDS in any way it likes, but not for ever once they are there. */
async function beforeIds(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  trial.service.announces = false;
  const socket = await trial.connected();
  inject(trial, socket, cell);
  trial.service.announces = true;
  socket.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: trial.service.services });
  if (!(await isGone(trial, socket, isBrief))) await trial.survives({ rule: cell.rule });
}

async function idle(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const socket = await trial.connected();
  inject(trial, socket, cell);
  if (!(await isGone(trial, socket, isBrief))) await trial.survives({ rule: cell.rule });
}

async function ended(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const stream = await trial.opens();
  await stream.echoes(trial.carries);
  await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
  inject(trial, stream.socket, cell, stream);
  if (!(await isGone(trial, stream.socket, isBrief))) await trial.survives({ rule: cell.rule });
}

async function inTransfer(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const { rule } = cell;
  const stream = await trial.opens();
  const [head, tail, up] = [trial.bytes(DOWN_BYTES), trial.bytes(DOWN_BYTES), trial.bytes(UP_BYTES)];
  stream.app.writes(up);
  const uploaded = stream.serviceReceives(up, rule);
  uploaded.catch(() => {});
  stream.injectData(head, { step: 5000 });
  inject(trial, stream.socket, cell, stream);
  stream.injectData(tail, { step: 5000 });
  const all = Buffer.concat([head, tail]);
  const got = await trial.client.within(stream.app.arrives(all.length), trial.patienceMs, () => {
    throw new Finding(rule, 'neither-goes-on-nor-ends', 'no bytes pass');
  });
  const isOwn = got.equals(all.subarray(0, got.length));
  trial.check(isOwn, { rule, symptom: 'foreign-bytes' });
  await firstOf([uploaded, stream.app.ended, stream.socket.ended]);
  await survives(trial, stream, cell, isBrief);
}

/** As {@link Stage.survives}, but a client that has closed its WebSocket is not always waited for. */
async function survives(trial: Trial, stream: LiveStream, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const outcome = await stream.fence(cell.rule);
  if (outcome === 'ended' && (await isGone(trial, stream.socket, isBrief))) return;
  if (outcome === 'alive') return finish(stream);
  await trial.survives({ rule: cell.rule, stream });
}

async function finish(stream: LiveStream): Promise<void> {
  await stream.ends({ rule: 'S8', by: MessageType.STREAM_RESET });
}

/**
 * Whether the client has closed the WebSocket and nothing more is asked of it. A ping tells: whoever answers it goes on,
 * as far as it knows.
 */
async function isGone(trial: Trial, socket: ClientSocket, isBrief: boolean): Promise<boolean> {
  if (!isBrief) return false;
  // Whether it answers is not asked here: what follows tells a client that is deaf.
  await socket.settles().catch(() => {});
  if (socket.open) return false;
  if (trial.client.pid !== undefined) await trial.comes(trial.client.exited, EXIT_MS);
  return true;
}

async function reconnect(trial: Trial): Promise<void> {
  const stream = await trial.opens();
  await stream.echoes(trial.carries);
  await stream.socket.drops();
  await stream.appIsClosed({ rule: 'S13', trigger: 'websocket-lost' });
  await trial.survives({ rule: 'S13', mayEnd: false, trigger: 'websocket-lost' });
}
