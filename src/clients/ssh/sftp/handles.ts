import type { Dirent } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** A file or a folder that a client has open. */
export type OpenEntry =
  | { readonly kind: 'file'; readonly file: FileHandle; readonly path: string; readonly append: boolean }
  | { readonly kind: 'folder'; readonly path: string; readonly entries: Dirent[] };

/** The largest number of open handles of a client. */
const MAX_HANDLES = 256;

/** The handles of one sftp session. */
export class Handles {
  readonly #open = new Map<number, OpenEntry>();
  #next = 0;

  add(entry: OpenEntry): Buffer {
    const id = this.#next++ >>> 0;
    this.#open.set(id, entry);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(id);
    return handle;
  }

  get isFull(): boolean {
    return this.#open.size >= MAX_HANDLES;
  }

  get(handle: Buffer): OpenEntry | undefined {
    return handle.length === 4 ? this.#open.get(handle.readUInt32BE()) : undefined;
  }

  /** @throws {Error} if the handle is not open. */
  path(handle: Buffer): string {
    return this.#entry(handle).path;
  }

  /** @throws {Error} if the handle is not open, or the file cannot be closed. */
  async close(handle: Buffer): Promise<void> {
    const entry = this.#entry(handle);
    this.#open.delete(handle.readUInt32BE());
    if (entry.kind === 'file') await entry.file.close();
  }

  #entry(handle: Buffer): OpenEntry {
    const entry = this.get(handle);
    if (entry === undefined) throw new Error('the handle is not open');
    return entry;
  }

  async closeAll(): Promise<void> {
    const entries = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(entries.map((entry) => (entry.kind === 'file' ? entry.file.close() : undefined)));
  }
}
