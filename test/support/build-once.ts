import { execFileSync } from 'node:child_process';

/**
 * Tests that start the real programs run what a user runs: the built files. `npm test` has built them already and
 * says so; a lone `npx vitest` builds them here.
 */
export function setup(): void {
  if (process.env.TUNNEL_TESTBED_PREBUILT === '1') return;
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { stdio: 'inherit' });
}
