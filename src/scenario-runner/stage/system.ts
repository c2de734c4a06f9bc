import { readdir } from 'node:fs/promises';

/** How many descriptors a process has open; 0 where the system does not tell. */
export async function openDescriptors(pid: number | undefined): Promise<number> {
  if (pid === undefined) return 0;
  try {
    return (await readdir(`/proc/${pid}/fd`)).length;
  } catch {
    return 0; // no /proc here, or the process has gone
  }
}
