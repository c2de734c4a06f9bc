import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { RunningProgram } from '../../cli/support/run-cli.js';

/** A stop after SIGTERM takes less than this, in milliseconds, whatever the peers do. */
export const LONGEST_STOP_MS = 2500;

/** The most memory that a process has held so far, in megabytes. */
export function peakMegabytes(pid: number): number {
  return statusField(pid, 'VmHWM') / 1024;
}

/** What a process holds now, in megabytes. */
export function residentMegabytes(pid: number): number {
  return statusField(pid, 'VmRSS') / 1024;
}

/** Processor time that a process has used so far, in seconds: what a busy machine does not change. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function statusField(pid: number, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found![1]);
}

/** Sends SIGTERM and gives the milliseconds until the program has ended, and its exit status. */
export async function stopTime(program: RunningProgram): Promise<{ ms: number; code: number | null }> {
  const start = performance.now();
  program.child.kill('SIGTERM');
  const { code } = await program.ended(20_000);
  return { ms: performance.now() - start, code };
}

/** TCP ports that a process listens on. */
export function openListeners(pid: number): number {
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        return undefined; // closed meanwhile
      }
    }),
  );
  const listening = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A');
  return listening.filter((fields) => inodes.has(fields[9])).length;
}
