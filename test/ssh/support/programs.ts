import { execFileSync } from 'node:child_process';

/**
 * Whether a program that a suite needs is there. Where it is not, the suite is skipped and says so loudly; in CI, where
 * nothing may be skipped, it fails.
 */
export function hasProgram(name: string, howToGet: string): boolean {
  try {
    execFileSync('/bin/sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    const what = `'${name}' is not installed: ${howToGet}`;
    if (process.env.CI === 'true') throw new Error(`${what}. In CI nothing is skipped.`);
    process.stderr.write(`\n*** SKIPPED: ${what}, then run the tests again ***\n\n`);
    return false;
  }
}

export const hasSsh = hasProgram('ssh', 'apt-get install openssh-client');
export const hasSshd = hasProgram('sshd', 'apt-get install openssh-server');
