import { realpath } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';

/** A path that leads out of the folder. */
export class OutsideFolder extends Error {
  readonly code = 'EACCES';
}

/** Translates between the paths that an sftp client sees and real paths. The client's root is the folder. */
export class ConfinedPaths {
  readonly #root: string;

  /** `root` must be a real path, without symbolic links. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The absolute path that a client sees, with `.` and `..` resolved. */
  visible(path: string): string {
    return posix.resolve('/', path);
  }

  /** The real path of a client's path. If its last part is a link, it is the path of the link itself. */
  async entry(path: string): Promise<string> {
    const visible = this.visible(path);
    if (visible === '/') return this.#root;
    const real = join(this.#root, visible);
    return join(await this.#within(dirname(real)), posix.basename(visible));
  }

  /** The same, but links are followed. The file need not exist, so that it can be created. */
  async target(path: string): Promise<string> {
    const entry = await this.entry(path);
    return this.#within(entry).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return entry;
      throw error;
    });
  }

  /** The target for a new link, relative to the link. A link may only point to a path inside the folder. */
  async linkTarget(target: string, link: string): Promise<string> {
    const from = posix.dirname(this.visible(link));
    const real = await this.target(posix.resolve(from, target));
    return relative(dirname(await this.entry(link)), real);
  }

  async #within(path: string): Promise<string> {
    const real = await realpath(path);
    if (real === this.#root || real.startsWith(this.#root + sep)) return real;
    throw new OutsideFolder('the path leads out of the folder that this server shows');
  }
}
