import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Where the lines of a capture go. */
export interface CaptureSink {
  /** Takes one line, its newline included. */
  write(line: string): void;
  /** Everything is written; resolves when it is safe to read. */
  close(): Promise<void>;
}

/**
 * Writes to a file that only its owner may read, since a capture holds what users typed.
 * @throws what opening the file throws.
 */
export async function openFileSink(path: string): Promise<CaptureSink> {
  const stream = createWriteStream(path, { mode: 0o600 });
  await once(stream, 'open');
  let failure: Error | undefined;
  // A full disk must not end the service: the capture ends, and closing it says why.
  stream.on('error', (error) => {
    failure = error;
  });
  return {
    write: (line) => void (failure === undefined && stream.write(line)),
    close: async () => {
      await new Promise<void>((resolve) => (stream.destroyed ? resolve() : stream.end(() => resolve())));
      if (failure !== undefined) throw failure;
    },
  };
}

/** Keeps the lines in memory. */
export class MemorySink implements CaptureSink {
  text = '';

  write(line: string): void {
    this.text += line;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
