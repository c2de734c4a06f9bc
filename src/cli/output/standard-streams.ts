import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { LossyLines } from './lossy-lines.js';

/** How long a program that ends waits for a reader of its logs and events, in milliseconds. */
const LAST_LINES_MS = 300;

/** Whether stdout holds a result, which is waited for, or events, which are not. */
let resultsOnStdout = true;

/** Logs and remarks. */
export const logLines = new LossyLines(
  process.stderr,
  (dropped) => `[${new Date().toISOString()}] [warn] ${dropped} lines dropped: standard error is not read\n`,
);

let events: LossyLines | undefined;

/** Events of a program that goes on: JSON objects, or lines for people. */
export function eventLines(json: boolean): LossyLines {
  resultsOnStdout = false;
  events ??= new LossyLines(process.stdout, (dropped) =>
    json
      ? `${JSON.stringify({ event: 'dropped', count: dropped })}\n`
      : `${dropped} lines dropped: nobody read them\n`,
  );
  return events;
}

/** The program was told to stop: nothing is waited for any more. */
export function forgetReaders(): void {
  resultsOnStdout = false;
}

/** Whether what was written to stdout is a result that somebody waits for. */
export function holdsResults(): boolean {
  return resultsOnStdout;
}

/** Resolves once so little waits for the reader of a result that more may be written. */
export async function roomForResults(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/** Waits for what was written: a result until its reader has it, logs and events for a moment only. */
export async function lastLines(): Promise<void> {
  await Promise.all([
    written(process.stdout, resultsOnStdout ? undefined : LAST_LINES_MS),
    written(process.stderr, LAST_LINES_MS),
  ]);
}

function written(stream: Writable, ms: number | undefined): Promise<void> {
  if (stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
    // Behind everything that waits.
    stream.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
