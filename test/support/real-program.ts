import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';

/** Debian's own folders first: a version manager's shim of the same name need not lead to the program. */
const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/sbin', ...(process.env.PATH ?? '').split(delimiter)];

/** Where a program is installed; undefined where it is not. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Describes behaviour that takes real programs. Where one is missing, the tests are skipped and say so, except in CI
 * (`CI=true`), where they fail. `install` is the Debian package.
 */
export function describeWithPrograms(
  programs: Readonly<Record<string, string>>,
  title: string,
  body: () => void,
): void {
  const missing = Object.entries(programs).filter(([name]) => findProgram(name) === undefined);
  if (missing.length === 0) return void describe(title, body);
  const names = missing.map(([name]) => name).join(', ');
  const why = `${names} not installed (apt-get install ${missing.map(([, pack]) => pack).join(' ')})`;
  if (process.env.CI === 'true') throw new Error(`In CI no real program may be missing: ${why}`);
  console.warn(`Skipped: ${title}: ${why}`);
  describe.skip(`${title} [skipped: ${why}]`, body);
}

export interface ProgramResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, killed after `timeoutMs` (60 s). The environment is only what is given, and PATH. */
export function runProgram(
  name: string,
  args: readonly string[],
  { env = {}, timeoutMs = 60_000 }: { env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<ProgramResult> {
  const path = findProgram(name);
  if (path === undefined) return Promise.reject(new Error(`${name} is not installed`));
  const environment = { PATH: FOLDERS.join(delimiter), ...env };
  return new Promise((resolve) => {
    execFile(path, args, { env: environment, timeout: timeoutMs }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.code ?? `killed after ${timeoutMs} ms`);
      resolve({ code, stdout, stderr });
    });
  });
}
