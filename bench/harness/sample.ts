import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Metrics } from './bench.js';

/** The sample that a process must take. */
export interface SampleRequest {
  readonly bench: string;
  readonly case: string;
  readonly contender: string;
  readonly scale: number;
}

export type TakeSample = (request: SampleRequest) => Promise<Metrics>;

/** The first argument of a process that takes one sample. */
export const SAMPLE_ARGUMENT = '--take-sample';

/** Longer than any sample takes, in milliseconds. A sample that hangs then fails with a message. */
const PATIENCE_MS = 120_000;

/** Takes a sample in a fresh process that runs `entry` with {@link SAMPLE_ARGUMENT} and the request. */
export async function sampleInFreshProcess(entry: string, request: SampleRequest): Promise<Metrics> {
  const name = `${request.bench} / ${request.case} / ${request.contender}`;
  const child = fork(entry, [SAMPLE_ARGUMENT, JSON.stringify(request)], {
    timeout: PATIENCE_MS,
    killSignal: 'SIGKILL',
  });
  let metrics: Metrics | undefined;
  child.on('message', (answer) => {
    metrics = answer as Metrics;
  });
  const [status, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (status !== 0 || metrics === undefined) {
    throw new Error(`The sample ${name} failed (${signal ?? `status ${status}`}); its output says why`);
  }
  for (const [metric, value] of Object.entries(metrics)) {
    if (!Number.isFinite(value) || value < 0)
      throw new Error(`The sample ${name} measured ${metric} ${value}`);
  }
  return metrics;
}
