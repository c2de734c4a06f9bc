import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2, { type Attributes, type FileEntry } from 'ssh2';
import { fileEntry } from './attributes.js';
import type { Handles, OpenEntry } from './handles.js';
import type { ConfinedPaths } from './paths.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** An error answer to a client, with its SFTP status code. */
export class SftpStatus extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The largest read. A longer request gets fewer bytes, as the protocol allows. */
const MAX_READ_BYTES = 256 * 1024;
const ENTRIES_PER_ANSWER = 100;
const DEFAULT_FILE_MODE = 0o644;

export async function openFile(
  paths: ConfinedPaths,
  handles: Handles,
  name: string,
  flags: number,
  attributes: Partial<Attributes>,
): Promise<Buffer> {
  if (handles.isFull) throw new SftpStatus(STATUS_CODE.FAILURE, 'too many files are open');
  const path = await paths.target(name);
  // `target` has followed all links. O_NOFOLLOW, so that the last part has not become a link since then.
  const file = await open(
    path,
    systemFlags(flags) | constants.O_NOFOLLOW,
    (attributes.mode ?? DEFAULT_FILE_MODE) & 0o777,
  );
  return handles.add({ kind: 'file', file, path, append: (flags & OPEN_MODE.APPEND) !== 0 });
}

export async function openFolder(paths: ConfinedPaths, handles: Handles, name: string): Promise<Buffer> {
  if (handles.isFull) throw new SftpStatus(STATUS_CODE.FAILURE, 'too many folders are open');
  const path = await paths.target(name);
  return handles.add({ kind: 'folder', path, entries: await readdir(path, { withFileTypes: true }) });
}

export async function readAt(entry: OpenEntry | undefined, offset: number, length: number): Promise<Buffer> {
  if (entry?.kind !== 'file') throw new SftpStatus(STATUS_CODE.FAILURE, 'not an open file');
  const buffer = Buffer.allocUnsafe(Math.min(length, MAX_READ_BYTES));
  const { bytesRead } = await entry.file.read(buffer, 0, buffer.length, offset);
  if (bytesRead === 0 && length > 0) throw new SftpStatus(STATUS_CODE.EOF, 'end of file');
  return buffer.subarray(0, bytesRead);
}

export async function writeAt(entry: OpenEntry | undefined, offset: number, data: Buffer): Promise<void> {
  if (entry?.kind !== 'file') throw new SftpStatus(STATUS_CODE.FAILURE, 'not an open file');
  let written = 0;
  while (written < data.length) {
    const position = entry.append ? null : offset + written;
    written += (await entry.file.write(data, written, data.length - written, position)).bytesWritten;
  }
}

/** The next entries of an open folder. */
export async function readFolder(entry: OpenEntry | undefined): Promise<FileEntry[]> {
  if (entry?.kind !== 'folder') throw new SftpStatus(STATUS_CODE.FAILURE, 'not an open folder');
  while (entry.entries.length > 0) {
    const some = entry.entries.splice(0, ENTRIES_PER_ANSWER);
    const found = await Promise.all(
      // Entries that were removed since the folder was opened are left out.
      some.map(({ name }) =>
        lstat(join(entry.path, name)).then(
          (stats) => fileEntry(name, stats),
          () => undefined,
        ),
      ),
    );
    const present = found.filter((each) => each !== undefined);
    if (present.length > 0) return present;
  }
  throw new SftpStatus(STATUS_CODE.EOF, 'end of folder');
}

function systemFlags(flags: number): number {
  const has = (flag: number): boolean => (flags & flag) !== 0;
  const write = has(OPEN_MODE.WRITE) || has(OPEN_MODE.APPEND);
  let result = write ? (has(OPEN_MODE.READ) ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
  if (has(OPEN_MODE.APPEND)) result |= constants.O_APPEND;
  if (has(OPEN_MODE.CREAT)) result |= constants.O_CREAT;
  if (has(OPEN_MODE.TRUNC)) result |= constants.O_TRUNC;
  if (has(OPEN_MODE.EXCL)) result |= constants.O_EXCL;
  return result;
}
