import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { LossyLines } from './lossy-lines.js';

/** How long the program waits at its end for the reader of its logs and events, in milliseconds. */
const LAST_LINES_MS = 300;

/*
 * Node waits until a terminal has taken what is written, and a terminal that was stopped (Ctrl-S) takes nothing. Then the
 * program would neither answer nor stop. Node has no public way to change this. If the internal one is missing, nothing
 * changes.
 */
for (const stream of [process.stdout, process.stderr]) {
  if (!stream.isTTY) continue;
  (stream as { _handle?: { setBlocking?(blocking: boolean): void } })._handle?.setBlocking?.(false);
}

/** Whether stdout holds a result. The program waits for the reader of a result, but not for a reader of events. */
let resultsOnStdout = true;

/** Log lines and remarks, on stderr. */
export const logLines = new LossyLines(
  process.stderr,
  (dropped) => `[${new Date().toISOString()}] [warn] ${dropped} lines dropped: standard error is not read\n`,
);

let events: LossyLines | undefined;

/** Events of a program that keeps running, on stdout: JSON objects, or lines for people. */
export function eventLines(json: boolean): LossyLines {
  resultsOnStdout = false;
  events ??= new LossyLines(process.stdout, (dropped) =>
    json
      ? `${JSON.stringify({ event: 'dropped', count: dropped })}\n`
      : `${dropped} lines dropped: standard output is not read\n`,
  );
  return events;
}

/** To be called when the program was told to stop. From now on it does not wait for readers. */
export function forgetReaders(): void {
  resultsOnStdout = false;
}

/** Whether stdout holds a result. */
export function holdsResults(): boolean {
  return resultsOnStdout;
}

/** Resolves when there is room for more lines of a result. */
export async function roomForResults(): Promise<void> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
}

/** Waits until the output is written: without limit for a result, and for a moment for logs and events. */
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
    // The callback of an empty write comes after all earlier writes.
    stream.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
