import type { Stats } from 'node:fs';
import { chmod, truncate, utimes } from 'node:fs/promises';
import type { Attributes, FileEntry } from 'ssh2';

const PERMISSION_BITS = 0o7777;
const TYPE_LETTERS: ReadonlyArray<readonly [(stats: Stats) => boolean, string]> = [
  [(stats) => stats.isDirectory(), 'd'],
  [(stats) => stats.isSymbolicLink(), 'l'],
];

export function attributesOf(stats: Stats): Attributes {
  return {
    mode: stats.mode,
    uid: stats.uid,
    gid: stats.gid,
    size: stats.size,
    atime: Math.floor(stats.atimeMs / 1000),
    mtime: Math.floor(stats.mtimeMs / 1000),
  };
}

/** Sets the attributes that a client may set: size, permissions and times. Owners stay the same. */
export async function applyAttributes(path: string, attributes: Partial<Attributes>): Promise<void> {
  if (attributes.size !== undefined) await truncate(path, attributes.size);
  if (attributes.mode !== undefined) await chmod(path, attributes.mode & PERMISSION_BITS);
  if (attributes.atime !== undefined && attributes.mtime !== undefined) {
    await utimes(path, attributes.atime, attributes.mtime);
  }
}

/** An entry of an answer to READDIR. Version 3 of the protocol requires `longname`, which looks as in `ls -l`. */
export function fileEntry(filename: string, stats: Stats): FileEntry {
  const letter = TYPE_LETTERS.find(([is]) => is(stats))?.[1] ?? '-';
  const permissions = [6, 3, 0]
    .map((shift) =>
      ['r', 'w', 'x'].map((name, i) => ((stats.mode >> shift) & (4 >> i) ? name : '-')).join(''),
    )
    .join('');
  const date = stats.mtime.toISOString().slice(0, 16).replace('T', ' ');
  const columns = [`${letter}${permissions}`, stats.nlink, stats.uid, stats.gid, stats.size, date, filename];
  return { filename, longname: columns.join(' '), attrs: attributesOf(stats) };
}
