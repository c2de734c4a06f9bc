import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ServiceError } from '../kit/index.js';

/** Where the lines of a capture go. */
export interface CaptureSink {
  /** Takes one line, its newline included. */
  write(line: string): void;
  /** Everything is written that could be; resolves when it is safe to read. */
  close(): Promise<void>;
}

/** Bytes that may wait for a disk that does not keep up; with more the capture ends. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/**
 * Writes to a file that only its owner may read, since a capture holds what users typed; one that is there already is
 * emptied, and made so too. `failed` is told once, and nothing is written any more, when the disk is full or too slow.
 * @throws {ServiceError} INVALID_OPTION for what is no regular file, or cannot be written.
 */
export async function openFileSink(path: string, failed: (reason: string) => void): Promise<CaptureSink> {
  const handle = await openRegular(path);
  const stream = handle.createWriteStream();
  let failure = false;
  const fail = (reason: string): void => {
    if (failure) return;
    failure = true;
    failed(reason);
  };
  stream.on('error', (error) => fail(error.message));
  return {
    write: (line) => {
      if (failure) return;
      stream.write(line);
      if (stream.writableLength <= MAX_WAITING_BYTES) return;
      fail(`over ${MAX_WAITING_BYTES} bytes wait to be written: the disk does not keep up`);
      stream.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        if (stream.destroyed) resolve();
        // A failed stream closes without finishing.
        else stream.once('close', () => resolve()).end();
      }),
  };
}

/** Opening must not wait: of a FIFO it would, for a reader. */
async function openRegular(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_NONBLOCK } = constants;
  let handle: FileHandle;
  try {
    handle = await open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw noFile(path);
    const what = `The capture's file '${path}' cannot be written: ${(error as Error).message}; give another`;
    throw new ServiceError('INVALID_OPTION', what);
  }
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw noFile(path);
  }
  await handle.chmod(0o600);
  await handle.truncate();
  return handle;
}

function noFile(path: string): ServiceError {
  const what = `The capture's file '${path}' is a pipe, a socket or a device; give the name of a regular file`;
  return new ServiceError('INVALID_OPTION', what);
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
