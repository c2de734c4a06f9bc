import { realpath } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';

/** A path that leads out of the folder. */
export class OutsideFolder extends Error {
  readonly code = 'EACCES';
}

/** Translates between the paths an sftp client sees (its root is the folder) and real ones. */
export class ConfinedPaths {
  readonly #root: string;

  /** `root` must be a real path, without symbolic links. */
  constructor(root: string) {
    this.#root = root;
  }

  /** The absolute path a client sees, `.` and `..` resolved. */
  visible(path: string): string {
    return posix.resolve('/', path);
  }

  /** The real path of what a client named. If its last part is a link, the link itself is meant. */
  async entry(path: string): Promise<string> {
    const visible = this.visible(path);
    if (visible === '/') return this.#root;
    const real = join(this.#root, visible);
    return join(await this.#within(dirname(real)), posix.basename(visible));
  }

  /** The same, but links are followed. What does not exist yet is allowed, so that it can be created. */
  async target(path: string): Promise<string> {
    const entry = await this.entry(path);
    return this.#within(entry).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return entry;
      throw error;
    });
  }

  /** A link may only point at something inside. */
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
