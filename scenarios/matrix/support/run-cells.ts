import { randomBytes } from 'node:crypto';
import { encodeData } from 'tunnel-testbed/protocol';
import { arrange, Crash, Finding, type LiveStream, type Trial } from 'tunnel-testbed/scenarios';
import { bisect } from './bisect.js';
import { type Cell, cellsOf } from './cells.js';

/** Cells between two fences. */
const BATCH = 12;

/** Brings a client into the state, and sends the messages of the cells. Throws if one of them did harm. */
export type PutCells = (trial: Trial, cells: readonly Cell[]) => Promise<void>;

/**
 * Sends every cell for a state to the client. The cells share a process as long as no fence fails. If one fails, the
 * cell that is to blame is searched: each half of the cells runs in a fresh process. The cell that is found runs alone,
 * then its message runs in one WebSocket message. If it fails there too, the way of arriving is not to blame.
 */
export async function runCells(trial: Trial, live: boolean, put: PutCells): Promise<void> {
  const { version, long } = trial;
  const cells = cellsOf({ version, live, full: long });
  try {
    await put(trial, cells);
  } catch (error) {
    if (!(error instanceof Finding || error instanceof Crash)) throw error;
    throw await culprit(trial, cells, put, error);
  }
}

async function culprit(trial: Trial, cells: readonly Cell[], put: PutCells, first: Error): Promise<Error> {
  let last: Error = first;
  const fails = async (part: readonly Cell[]): Promise<boolean> => {
    try {
      await trial.afresh((fresh) => put(fresh, part));
      return false;
    } catch (error) {
      if (!(error instanceof Finding || error instanceof Crash)) throw error;
      last = error;
      return true;
    }
  };
  const found = await bisect(cells, fails);
  if (found === undefined) return first;
  if (last instanceof Crash) return new Crash(last.symptom, `after ${found.name}`);
  const finding = last as Finding;
  const ownFault = found.arrival === 'alone' || (await fails([found.alone()]));
  const detail = `after ${found.name}; ${finding.detail}`;
  return new Finding(
    ownFault ? found.rule : 'W4',
    finding.symptom,
    detail,
    ownFault ? found.force : undefined,
  );
}

/** Cells on an active stream. Each is sent between two DATA messages, whose bytes must arrive with nothing between. */
export async function putOnStream(stream: LiveStream, cells: readonly Cell[]): Promise<void> {
  for (let at = 0; at < cells.length; at += BATCH) {
    const batch = cells.slice(at, at + BATCH);
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
}

/** Cells while there is no stream. Afterwards a new stream must work on the same WebSocket. */
export async function putWhenIdle(trial: Trial, cells: readonly Cell[]): Promise<void> {
  for (let at = 0; at < cells.length; at += BATCH) {
    const ids = trial.newIds();
    const socket = await trial.connected();
    for (const cell of cells.slice(at, at + BATCH)) {
      socket.injectFrames(arrange(cell.arrival, { subject: cell.bytes(ids) }), cell.name, ids);
    }
    const stream = await trial.opens({ blame: { rule: 'S7', trigger: 'messages-of-no-stream' } });
    await stream.ends({ rule: 'S8' });
  }
}
