import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 20;
/** How long to wait for the lock. Making a CA takes less than a second, even on a slow machine. */
const LONGEST_WAIT_MS = 15_000;

/**
 * Runs `work` while it holds the lock of a folder. The lock is a file that holds the id of a process. If that process has
 * ended, the lock is taken over.
 * @throws {Error} if another process holds the lock for 15 s.
 */
export async function withFolderLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, 'lock');
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) await rm(path, { force: true });
    else if (performance.now() < end) await delay(RETRY_MS);
    else throw new Error(`process ${holder} holds the lock; end that process, or remove ${path}`);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** Tries to take the lock. The lock file is linked from a draft, so it never exists without its content. */
async function take(path: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, String(process.pid), { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** The process that holds the lock. Undefined if the lock has been released meanwhile. */
async function holderOf(path: string): Promise<number | undefined> {
  try {
    return Number(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM means that another user's process has this id. Any other error means that there is no such process.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
