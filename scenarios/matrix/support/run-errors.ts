import { MessageType } from 'tunnel-testbed/protocol';
import {
  Crash,
  Finding,
  first,
  type Link,
  type LiveStream,
  Opcode,
  type Stage,
} from 'tunnel-testbed/scenarios';
import { type ErrorCell, errorCellsOf } from './error-cells.js';

const DOWN_BYTES = 60_000;
const UP_BYTES = 200_000;
/** How long a crash may take to show where the client has closed its WebSocket, in milliseconds. */
const EXIT_MS = 100;
const FENCE = Buffer.from('still there?');

/**
 * Puts every message that may be an error to the client, in each state. They share a client as long as it goes on; where
 * one has harmed it, it is put again to a fresh client, alone.
 * @throws {Finding | Crash} naming the message, its state and how it arrived.
 */
export async function runErrors(stage: Stage): Promise<void> {
  const { role, version, long, declares } = stage;
  const cells = errorCellsOf({ role, version, reconnects: declares.reconnects, full: long });
  /** Messages after which the client has been seen to come back, or to end in order. */
  const seen = new Set<string>();
  const judge = async (on: Stage, cell: ErrorCell): Promise<void> => {
    try {
      await put(on, cell, seen.has(cell.message));
      seen.add(cell.message);
    } catch (error) {
      throw await confirmed(stage, cell, error);
    }
  };
  const early = cells.filter(({ state }) => state === 'before-ids');
  const rest = cells.filter(({ state }) => state !== 'before-ids');
  const lane = async (): Promise<void> => {
    for (let cell = early.shift(); cell !== undefined; cell = early.shift()) {
      const each = cell;
      await stage.afresh((fresh) => judge(fresh, each));
    }
    while (rest.length > 0) await stage.afresh((fresh) => sequence(fresh, rest, judge));
  };
  const lanes = Array.from({ length: stage.clientsAtOnce }, lane);
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
  stage: Stage,
  cells: ErrorCell[],
  judge: (on: Stage, cell: ErrorCell) => Promise<void>,
): Promise<void> {
  for (let cell = cells.shift(); cell !== undefined; cell = cells.shift()) {
    await judge(stage, cell);
    if (cell.remaps) return;
    if (stage.client.exit !== undefined || stage.service.allLinks.at(-1)?.open !== true) return;
  }
}

/** The error, with the cell named; told apart where the cell alone does no harm. */
async function confirmed(stage: Stage, cell: ErrorCell, first: unknown): Promise<unknown> {
  if (!(first instanceof Finding || first instanceof Crash)) return first;
  let error = first;
  let when = `after ${cell.name}, and what came before it`;
  try {
    await stage.afresh((fresh) => put(fresh, cell, false));
  } catch (alone) {
    if (!(alone instanceof Finding || alone instanceof Crash)) return alone;
    error = alone;
    when = `after ${cell.name}`;
  }
  if (error instanceof Crash) return new Crash(error.symptom, `${when}; ${error.detail}`);
  return new Finding(error.rule, error.symptom, `${when}; ${error.detail}`, error.force);
}

/** @param isBrief the client need not be waited for when it has closed its WebSocket */
async function put(stage: Stage, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const { state } = cell;
  if (state === 'before-ids') await beforeIds(stage, cell, isBrief);
  else if (state === 'idle') await idle(stage, cell, isBrief);
  else if (state === 'ended') await ended(stage, cell, isBrief);
  else if (state === 'transfer') await inTransfer(stage, cell, isBrief);
  else {
    if (state === 'reconnected' && stage.service.allLinks.length < 2) await reconnect(stage);
    const stream = await stage.opens();
    await stream.echoes(stage.carries);
    inject(stage, stream.link, cell, stream);
    await survives(stage, stream, cell, isBrief);
  }
}

function inject(stage: Stage, link: Link, cell: ErrorCell, stream?: LiveStream): void {
  const address = stream ?? stage.newAddress();
  link.started(address);
  const { services } = stage.service;
  link.injectFrames(cell.frames(address, services), cell.name);
  if (cell.remaps) link.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: services });
}

/** It may wait for SERVICE_IDS in any way it likes, but not for ever once they are there. */
async function beforeIds(stage: Stage, cell: ErrorCell, isBrief: boolean): Promise<void> {
  stage.service.announces = false;
  const link = await stage.client.connects();
  inject(stage, link, cell);
  stage.service.announces = true;
  link.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: stage.service.services });
  if (!(await isGone(stage, link, isBrief))) await stage.lives('S17');
}

async function idle(stage: Stage, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const link = await stage.connected();
  inject(stage, link, cell);
  if (!(await isGone(stage, link, isBrief))) await stage.lives(cell.rule);
}

async function ended(stage: Stage, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const stream = await stage.opens();
  await stream.echoes(stage.carries);
  stream.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
  await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
  stream.app.closes();
  inject(stage, stream.link, cell, stream);
  if (!(await isGone(stage, stream.link, isBrief))) await stage.lives(cell.rule);
}

async function inTransfer(stage: Stage, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const { rule } = cell;
  const stream = await stage.opens();
  const [head, tail, up] = [stage.bytes(DOWN_BYTES), stage.bytes(DOWN_BYTES), stage.bytes(UP_BYTES)];
  stream.app.writes(up);
  const uploaded = stream.serviceReceivesAll(up, rule);
  uploaded.catch(() => {});
  stream.injectBulk(head, 5000);
  inject(stage, stream.link, cell, stream);
  stream.injectBulk(tail, 5000);
  const all = Buffer.concat([head, tail]);
  const got = await stage.client.within(stream.app.arrives(all.length), stage.patienceMs, () => {
    throw new Finding(rule, 'it neither went on nor ended the stream', 'no bytes pass');
  });
  const isOwn = got.equals(all.subarray(0, got.length));
  stage.check(isOwn, rule, 'bytes reached the application that were not for it');
  await first([uploaded, stream.app.ended, stream.link.ended]);
  await survives(stage, stream, cell, isBrief);
}

/** As {@link Stage.survives}, but a client that has closed its WebSocket is not always waited for. */
async function survives(stage: Stage, stream: LiveStream, cell: ErrorCell, isBrief: boolean): Promise<void> {
  const outcome = await stream.fence(cell.rule);
  if (outcome === 'ended' && (await isGone(stage, stream.link, isBrief))) return;
  if (outcome === 'alive') return finish(stream);
  await stage.survives(stream, cell.rule);
}

async function finish(stream: LiveStream): Promise<void> {
  stream.inject({ type: MessageType.STREAM_RESET, connectionId: 0 });
  await stream.appIsClosed('S8', 'it left the local connection open after STREAM_RESET');
  stream.app.closes();
}

/**
 * Whether the client has closed the WebSocket and nothing more is asked of it. A ping tells: whoever answers it goes on,
 * as far as it knows.
 */
async function isGone(stage: Stage, link: Link, isBrief: boolean): Promise<boolean> {
  if (!isBrief) return false;
  link.ping(FENCE);
  const pong = link.controls.take(({ opcode, payload }) => opcode === Opcode.PONG && payload.equals(FENCE));
  await stage.comes(first([pong, link.ended]), stage.patienceMs);
  if (link.open) return false;
  if (stage.client.running?.pid !== undefined) await stage.comes(stage.client.running.exited, EXIT_MS);
  stage.client.throwIfCrashed();
  return true;
}

async function reconnect(stage: Stage): Promise<void> {
  const stream = await stage.opens();
  await stream.echoes(stage.carries);
  stream.link.drop();
  await stream.appIsClosed('S13', 'it left a local connection open after its WebSocket was lost');
  stream.app.closes();
  await stage.lives('S13', false);
}
