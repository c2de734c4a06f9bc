import { randomBytes } from 'node:crypto';
import { encodeData, type RuleId } from 'tunnel-testbed/protocol';
import {
  arrange,
  Crash,
  Finding,
  type LiveStream,
  symptom,
  type Trial,
  type TriggerCode,
} from 'tunnel-testbed/scenarios';
import { bisect } from './bisect.js';
import type { Cell } from './cells.js';
import type { Variation } from './harmless.js';

/** Cells between two fences. */
const BATCH = 12;
/** Culprits named in one run: a client with more faults is told those first. */
const MOST_CULPRITS = 4;

/** After the first culprit others are looked for this long, in milliseconds: a client with many faults must not cost hours. */
const LOOK_ON_MS = 15_000;

/** Puts a batch of cells to a client that is in the state. Throws where it was harmed. */
export type PutBatch = (batch: readonly Cell[]) => Promise<void>;
/** Brings a client into the state. */
export type Enter = (trial: Trial) => Promise<PutBatch>;

type Harm = Finding | Crash;

/** What a client was harmed by: the error as it is reported, and the cells that need not be tried any more. */
interface Culprit {
  readonly error: Harm;
  readonly isAlike: (cell: Cell) => boolean;
}

/**
 * Puts every cell for a state to the client. They share a process while all goes well. Where a batch fails its culprit is found
 * by halves, each in a fresh process, and put alone, then alone in the plainest way of arriving: what fails there too is not
 * a matter of arrival. Then the cells that are left are put to a fresh client, so that one run shows all.
 */
export async function runCells(trial: Trial, cells: readonly Cell[], enter: Enter): Promise<void> {
  let left = cells;
  let lookUntil = Number.POSITIVE_INFINITY;
  for (let found = 0; left.length > 0; found++) {
    let failed: Failed | undefined;
    if (found === 0) failed = await putAll(trial, left, enter);
    else {
      const running = trial.afresh(async (fresh) => {
        failed = await putAll(fresh, left, enter);
      });
      // That the client has crashed is no news once its harm is known.
      await running.catch((error: unknown) => {
        if (failed === undefined) throw error;
      });
    }
    if (failed === undefined) return;
    const { at, error: first } = failed;
    const culprit = await culpritOf(trial, left.slice(at, at + BATCH), enter, first);
    if (found + 1 === MOST_CULPRITS || performance.now() > lookUntil) throw culprit.error;
    lookUntil = trial.long ? lookUntil : Math.min(lookUntil, performance.now() + LOOK_ON_MS);
    trial.finds(culprit.error);
    left = left.slice(at).filter((cell) => !culprit.isAlike(cell));
  }
}

interface Failed {
  /** Where the batch begins. */
  readonly at: number;
  readonly error: Harm;
}

/** Puts cells to one client until it is harmed. @throws where it does not even come into the state: no cell's fault. */
async function putAll(trial: Trial, cells: readonly Cell[], enter: Enter): Promise<Failed | undefined> {
  let at = 0;
  const put = await enter(trial);
  try {
    for (; at < cells.length; at += BATCH) await put(cells.slice(at, at + BATCH));
    return undefined;
  } catch (error) {
    return { at, error: harmOf(error) };
  }
}

/** @throws what is no harm to the client. */
function harmOf(error: unknown): Harm {
  if (error instanceof Finding || error instanceof Crash) return error;
  throw error;
}

async function culpritOf(trial: Trial, batch: readonly Cell[], enter: Enter, first: Harm): Promise<Culprit> {
  let last = first;
  const fails = async (part: readonly Cell[]): Promise<boolean> => {
    let failed: Failed | undefined;
    const running = trial.afresh(async (fresh) => {
      failed = await putAll(fresh, part, enter);
    });
    await running.catch((error: unknown) => {
      if (failed === undefined) throw error;
    });
    last = failed?.error ?? last;
    return failed !== undefined;
  };
  const found = await bisect(batch, fails);
  if (found === undefined) return { error: first, isAlike: (cell) => batch.includes(cell) };
  const harm = last;
  if (found.arrival !== 'alone' && !(await fails([found.alone()]))) {
    const { arrival } = found;
    return { error: told(harm, found, 'W4', arrival), isAlike: (cell) => cell.arrival === arrival };
  }
  const { variation } = found;
  const written = WRITTEN[variation];
  if (written !== undefined && !(await fails([found.plain()]))) {
    return {
      error: told(harm, found, written.rule ?? found.rule, written.trigger),
      isAlike: (cell) => cell.variation === variation,
    };
  }
  return {
    error: told(harm, found, found.rule, found.trigger),
    isAlike: (cell) => cell.trigger === found.trigger,
  };
}

/** What is at fault where a message does harm only when it is written so. */
const WRITTEN: Partial<Record<Variation, { readonly rule?: RuleId; readonly trigger: TriggerCode }>> = {
  ignorable: { rule: 'M10', trigger: 'ignorable-message' },
  zeros: { rule: 'M12', trigger: 'zeros-written-out' },
  unnamed: { trigger: 'unnamed-messages' },
  lowest: { rule: 'M2', trigger: 'extreme-ids' },
  highest: { rule: 'M2', trigger: 'extreme-ids' },
};

/** The harm with its culprit named. */
function told(harm: Harm, { name, rule: own, force }: Cell, rule: RuleId, trigger: TriggerCode): Harm {
  const seen = symptom(harm.symptom, { after: trigger });
  const detail = `after ${name}; ${harm.detail}`;
  const found =
    harm instanceof Crash
      ? new Crash(seen, detail)
      : new Finding(rule, seen, detail, rule === own ? force : undefined);
  found.amid = harm.amid;
  return found;
}

/** Cells on an active stream: each between two DATA whose bytes must arrive, in order and with nothing between. */
export async function putOnStream(stream: LiveStream, batch: readonly Cell[]): Promise<void> {
  const expected: Buffer[] = [];
  for (const cell of batch) {
    const [left, right] = [randomBytes(6), randomBytes(6)];
    const before = encodeData(stream.ids, left);
    const after = encodeData(stream.ids, right);
    stream.socket.injectFrames(
      arrange(cell.arrival, { before, subject: cell.bytes(stream), after }),
      cell.name,
    );
    expected.push(left, cell.delivers, right);
  }
  await stream.appReceives(Buffer.concat(expected), 'W4');
  await stream.echoes('W4');
}

/** Cells while there is no stream: afterwards a fresh one must work on the same WebSocket. */
export async function putWhenIdle(trial: Trial, batch: readonly Cell[]): Promise<void> {
  const ids = trial.newIds();
  const socket = await trial.connected();
  for (const cell of batch) {
    socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(ids) }), cell.name, ids);
  }
  const stream = await trial.opens({ blame: { rule: 'S7', trigger: 'messages-of-no-stream' } });
  await stream.ends({ rule: 'S8' });
}
