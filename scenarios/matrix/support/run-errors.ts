import { MessageType } from 'tunnel-testbed/protocol';
import {
  type ClientSocket,
  Crash,
  Finding,
  firstOf,
  type LiveStream,
  type Trial,
} from 'tunnel-testbed/scenarios';
import { type ErrorCell, errorCellsOf } from './error-cells.js';

const DOWN_BYTES = 60_000;
const UP_BYTES = 200_000;
/** After the client has closed its WebSocket, a crash must show within this time, in milliseconds. */
const EXIT_MS = 100;

/**
 * Sends every message that may be an error to the client, in each state. The messages share a client as long as it
 * works. If one has done harm, it is sent again to a fresh client, alone.
 * @throws {Finding | Crash} which names the message, the state and the way of arriving.
 */
export async function runErrors(trial: Trial): Promise<void> {
  const { role, version, long, declares } = trial;
  const cells = errorCellsOf({ role, version, reconnects: declares.reconnects, full: long });
  /** Messages after which the client has reconnected or ended normally before. */
  const seen = new Set<string>();
  const judge = async (on: Trial, cell: ErrorCell): Promise<void> => {
    try {
      await put(on, cell, seen.has(cell.message));
      seen.add(cell.message);
    } catch (error) {
      throw await confirmed(trial, cell, error);
    }
  };
  const early = cells.filter(({ state }) => state === 'before-ids');
  const rest = cells.filter(({ state }) => state !== 'before-ids');
  const lane = async (): Promise<void> => {
    for (let cell = early.shift(); cell !== undefined; cell = early.shift()) {
      const each = cell;
      await trial.afresh((fresh) => judge(fresh, each));
    }
    while (rest.length > 0) await trial.afresh((fresh) => sequence(fresh, rest, judge));
  };
  const lanes = Array.from({ length: trial.clientsAtOnce }, lane);
  try {
    await Promise.all(lanes);
  } finally {
    // If one lane has found something, the others end too, each after its current cell.
    early.length = 0;
    rest.length = 0;
    await Promise.allSettled(lanes);
  }
}

/** Sends one cell after the other to one client, until one has done harm or none is left. */
async function sequence(
  trial: Trial,
  cells: ErrorCell[],
  judge: (on: Trial, cell: ErrorCell) => Promise<void>,
): Promise<void> {
  for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
    await judge(trial, cell);
    if (cell.remaps) return;
    if (trial.client.exit !== undefined || trial.service.sockets.at(-1)?.open !== true) return;
  }
}

/** The error, which now names the cell. If the cell alone does no harm, the error says so. */
async function confirmed(trial: Trial, cell: ErrorCell, first: unknown): Promise<unknown> {
  if (!(first instanceof Finding || first instanceof Crash)) return first;
  let error = first;
  let when = `after ${cell.name} and the cells before it`;
  try {
    await trial.afresh((fresh) => put(fresh, cell, false));
  } catch (alone) {
    if (!(alone instanceof Finding || alone instanceof Crash)) return alone;
    error = alone;
    when = `after ${cell.name}`;
  }
  if (error instanceof Crash) return new Crash(error.symptom, `${when}; ${error.detail}`);
  return new Finding(error.rule, error.symptom, `${when}; ${error.detail}`, error.force);
}

/** @param isBrief do not wait for the client to reconnect after it has closed its WebSocket */
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

/** Before SERVICE_IDS the client may do anything, but afterwards it must serve. */
async function beforeIds(trial: Trial, cell: ErrorCell, isBrief: boolean): Promise<void> {
  trial.service.announces = false;
  const socket = await trial.connected();
  inject(trial, socket, cell);
  trial.service.announces = true;
  socket.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: trial.service.services });
  if (!(await isGone(trial, socket, isBrief))) await trial.survives({ rule: 'S17' });
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

/** Like {@link Trial.survives}, but does not always wait for a client that has closed its WebSocket. */
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
 * Whether the client has closed the WebSocket and does not have to do more. A ping finds out: a client that answers it
 * has not decided to close.
 */
async function isGone(trial: Trial, socket: ClientSocket, isBrief: boolean): Promise<boolean> {
  if (!isBrief) return false;
  // Whether it answers is not judged here. The next steps find a client that is deaf.
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
