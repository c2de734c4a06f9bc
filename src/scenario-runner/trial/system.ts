import { readdir, readFile } from 'node:fs/promises';
import { processIds } from '../adapters/index.js';

/** The number of open descriptors of a process and its descendants. 0 if the system does not say it. */
export async function openDescriptors(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  const counts = await Promise.all((await processTree(pid)).map(descriptorsOf));
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Bytes of memory that a process and its descendants hold for themselves (Linux: anonymous memory, resident or swapped
 * out). 0 if the system does not say it. Shared libraries and files are not counted, because they do not grow with a
 * leak.
 */
export async function heldMemory(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  const sizes = await Promise.all((await processTree(pid)).map(anonymousBytes));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The process with its descendants, because a script may start the client. */
async function processTree(root: number): Promise<number[]> {
  const all = await Promise.all(processIds().map(parentOf));
  const tree = new Set([root]);
  for (let before = 0; before < tree.size; ) {
    before = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return [...tree];
}

async function parentOf(pid: number): Promise<{ pid: number; parent: number }> {
  const stat = await text(`/proc/${pid}/stat`);
  // The name may contain spaces and parentheses. State and parent follow the last parenthesis.
  const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  return { pid, parent };
}

async function descriptorsOf(pid: number): Promise<number> {
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return 0; // no /proc here, or the process has gone
  }
}

async function anonymousBytes(pid: number): Promise<number> {
  const status = await text(`/proc/${pid}/status`);
  const kilobytes = [...status.matchAll(/^(?:RssAnon|VmSwap):\s+(\d+) kB$/gm)].map(([, size]) =>
    Number(size),
  );
  return kilobytes.reduce((sum, size) => sum + size, 0) * 1024;
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return ''; // the process has gone, or there is no /proc
  }
}
