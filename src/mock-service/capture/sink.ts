import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { ServiceError } from '../kit/index.js';

/** Stores the lines of a capture. */
export interface CaptureSink {
  /** Takes one line, including its newline. */
  write(line: string): void;
  /** Writes the rest. Resolves when the capture can be read. */
  close(): Promise<void>;
}

/** How many bytes may wait for a slow disk. If there are more, the capture ends. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Writes to a file that only its owner may read, because a capture holds what users typed. An existing file is emptied,
 * and gets the same permissions. If the disk is full or too slow, `failed` is called once and writing stops.
 * @throws {ServiceError} INVALID_OPTION if the path is not a regular file, or cannot be written.
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
      fail(`over ${MAX_WAITING_BYTES} bytes wait to be written: the disk is too slow`);
      stream.destroy();
    },
    close: () =>
      new Promise<void>((resolve) => {
        if (stream.destroyed) resolve();
        // 'close' also comes if the stream failed; 'finish' does not.
        else stream.once('close', () => resolve()).end();
      }),
  };
}

/** Opens a regular file. O_NONBLOCK, because opening a FIFO would otherwise wait for a reader. */
async function openRegular(path: string): Promise<FileHandle> {
  const { O_WRONLY, O_CREAT, O_NONBLOCK } = constants;
  let handle: FileHandle;
  try {
    handle = await open(path, O_WRONLY | O_CREAT | O_NONBLOCK, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') throw noFile(path);
    const what = `The capture's file '${path}' cannot be written: ${(error as Error).message}; give another file`;
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
