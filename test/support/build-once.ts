import { execFileSync } from 'node:child_process';

/** Tests that start the real programs run what a user runs: the built files. */
export function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
}
