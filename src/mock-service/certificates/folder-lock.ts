import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 20;
/** Making a CA takes less than a second, on the slowest machine too. */
const LONGEST_WAIT_MS = 15_000;

/**
 * Runs `work` while nobody else does the same for a folder. The lock is a file with the number of its process: if that
 * process has ended, the lock is taken over.
 * @throws {Error} where another process keeps it for 15 s.
 */
export async function withFolderLock<T>(dir: string, work: () => Promise<T>): Promise<T> {
  const path = join(dir, 'lock');
  const end = performance.now() + LONGEST_WAIT_MS;
  while (!(await take(path))) {
    const holder = await holderOf(path);
    if (holder === undefined) continue;
    if (!isAlive(holder)) await rm(path, { force: true });
    else if (performance.now() < end) await delay(RETRY_MS);
    else throw new Error(`process ${holder} holds it; end that, or remove ${path}`);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** The file appears with its content, or not at all. */
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

/** Undefined where the lock has been given back meanwhile. */
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
    // EPERM: another user's. Anything else: no process, or no number at all.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
