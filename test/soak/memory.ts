import { once } from 'node:events';
import type { WatchedProcess } from '../fuzz/subject/watched-process.js';
import { PATIENCE_MS } from '../fuzz/subject/watched-process.js';
import { within } from '../support/within.js';

export const MEMORY_LINE = /^\{"memory":(\{.*\})\}$/m;

export interface MemorySample {
  /** Seconds since the soak began. */
  readonly at: number;
  /** Bytes of heap and buffers that are still held after a garbage collection. */
  readonly held: number;
  /** Bytes of the whole process. */
  readonly rss: number;
}

/** Asks the service what it holds. */
export async function sampleMemory({ child }: WatchedProcess, startedAt: number): Promise<MemorySample> {
  child.kill('SIGUSR2');
  let text = '';
  const line = async (): Promise<string> => {
    for (;;) {
      const [part] = (await once(child.stderr, 'data')) as [string];
      text += part;
      const found = MEMORY_LINE.exec(text);
      if (found !== null) return found[1]!;
    }
  };
  const memory = JSON.parse(await within(line(), 'a line about memory', PATIENCE_MS)) as {
    held: number;
    rss: number;
  };
  return { at: (performance.now() - startedAt) / 1000, ...memory };
}
