import { realpathSync, type Stats } from 'node:fs';
import { lstat, mkdir, readlink, rename, rmdir, stat, symlink, unlink } from 'node:fs/promises';
import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import { reasonOf } from '../../errors.js';
import type { Logger } from '../../logger.js';
import { applyAttributes, attributesOf } from './attributes.js';
import { openFile, openFolder, readAt, readFolder, SftpStatus, writeAt } from './files.js';
import { Handles } from './handles.js';
import { ConfinedPaths } from './paths.js';

const { STATUS_CODE } = ssh2.utils.sftp;
const DEFAULT_FOLDER_MODE = 0o755;
const NO_ATTRIBUTES = { mode: 0, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE,
  EACCES: STATUS_CODE.PERMISSION_DENIED,
  EPERM: STATUS_CODE.PERMISSION_DENIED,
};

/** Serves the files of one folder over SFTP version 3. Clients cannot reach files outside it. */
export function serveSftp(sftp: SFTPWrapper, directory: string, logger: Logger): void {
  const paths = new ConfinedPaths(realpathSync(directory));
  const handles = new Handles();

  let last: Promise<void> = Promise.resolve();

  /**
   * Runs a request and sends its result, or success if it has none. It runs one request at a time, in order: OpenSSH's
   * scp truncates the file if answers to its writes come out of order.
   */
  const answer = <T>(id: number, run: () => Promise<T>, send?: (result: T) => void): void => {
    last = last.then(run).then(
      (result) => void (send === undefined ? sftp.status(id, STATUS_CODE.OK) : send(result)),
      (error: unknown) => sftp.status(id, statusOf(error), reasonOf(error)),
    );
  };
  const sendHandle = (id: number) => (handle: Buffer) => sftp.handle(id, handle);
  const sendAttributes = (id: number) => (stats: Stats) => sftp.attrs(id, attributesOf(stats));
  const sendName = (id: number) => (filename: string) =>
    sftp.name(id, [{ filename, longname: filename, attrs: NO_ATTRIBUTES }]);

  sftp.on('OPEN', (id, name, flags, attributes) =>
    answer(id, () => openFile(paths, handles, name, flags, attributes), sendHandle(id)),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(
      id,
      () => readAt(handles.get(handle), offset, length),
      (data) => sftp.data(id, data),
    ),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answer(id, () => writeAt(handles.get(handle), offset, data)),
  );
  sftp.on('FSTAT', (id, handle) => answer(id, async () => stat(handles.path(handle)), sendAttributes(id)));
  sftp.on('FSETSTAT', (id, handle, attributes) =>
    answer(id, async () => applyAttributes(handles.path(handle), attributes)),
  );
  sftp.on('CLOSE', (id, handle) => answer(id, () => handles.close(handle)));
  sftp.on('OPENDIR', (id, path) => answer(id, () => openFolder(paths, handles, path), sendHandle(id)));
  sftp.on('READDIR', (id, handle) =>
    answer(
      id,
      () => readFolder(handles.get(handle)),
      (entries) => sftp.name(id, entries),
    ),
  );
  sftp.on('LSTAT', (id, path) => answer(id, async () => lstat(await paths.entry(path)), sendAttributes(id)));
  sftp.on('STAT', (id, path) => answer(id, async () => stat(await paths.target(path)), sendAttributes(id)));
  sftp.on('SETSTAT', (id, path, attributes) =>
    answer(id, async () => applyAttributes(await paths.target(path), attributes)),
  );
  sftp.on('REMOVE', (id, path) => answer(id, async () => unlink(await paths.entry(path))));
  sftp.on('RMDIR', (id, path) => answer(id, async () => rmdir(await paths.entry(path))));
  sftp.on('MKDIR', (id, path, attributes: Partial<Attributes>) =>
    answer(id, async () =>
      mkdir(await paths.entry(path), { mode: (attributes.mode ?? DEFAULT_FOLDER_MODE) & 0o777 }),
    ),
  );
  sftp.on('REALPATH', (id, path) => answer(id, async () => paths.visible(path), sendName(id)));
  sftp.on('READLINK', (id, path) => answer(id, async () => readlink(await paths.entry(path)), sendName(id)));
  sftp.on('RENAME', (id, from, to) =>
    answer(id, async () => rename(await paths.entry(from), await paths.entry(to))),
  );
  // ssh2's types have these two swapped.
  sftp.on('SYMLINK', (id, link, target) =>
    answer(id, async () => symlink(await paths.linkTarget(target, link), await paths.entry(link))),
  );
  const release = (): void => {
    last = last
      .then(() => handles.closeAll())
      .catch((error: unknown) => logger.warn({ reason: reasonOf(error) }, 'an sftp file was not closed'));
  };
  sftp.on('end', () => {
    release();
    void last.then(() => {
      reportSuccess(sftp);
      sftp.end();
    });
  });
  sftp.on('close', release);
  sftp.on('error', (error: unknown) => logger.debug({ reason: reasonOf(error) }, 'sftp session failed'));
}

function statusOf(error: unknown): number {
  if (error instanceof SftpStatus) return error.status;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return STATUS_OF_CODE[code] ?? STATUS_CODE.FAILURE;
}

/** Sends an exit status. Without one, scp reports a failure, and ssh2 has no public method to send one here. */
function reportSuccess(sftp: SFTPWrapper): void {
  const { _protocol: protocol, outgoing } = sftp as unknown as {
    readonly _protocol: { exitStatus(channel: number, status: number): void };
    readonly outgoing: { readonly id: number; readonly state: string };
  };
  if (outgoing.state === 'open') protocol.exitStatus(outgoing.id, 0);
}
