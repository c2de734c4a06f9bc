import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MAIN, run } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';

/** A client that leaves a daemon behind: no parent, no terminal, no session, no environment, no open file of its starter. */
const CLIENT = `#!/bin/sh
for fd in 3 4 5 6 7 8 9; do eval "exec $fd>&-"; done
env -i setsid /bin/sh -c 'cd /; /bin/sleep 600 </dev/null >/dev/null 2>&1 & echo $! >>"$0"' "$1"
exec sleep 600
`;

it('a daemon that a judged client leaves behind with a clean environment is ended', async () => {
  using folder = temporaryFolder();
  const pids = folder.file('pids');
  const client = folder.file('client.sh');
  writeFileSync(client, CLIENT, { mode: 0o755 });
  writeFileSync(
    folder.file('client.yaml'),
    `name: leaves a daemon\nsource:\n  command: [${client}, ${pids}, '{endpoint}', '{token}', '{listen}']\ndeclares:\n  versions: [V1]\n`,
  );
  const verify = [
    'verify',
    folder.file('client.yaml'),
    '--only',
    'handshake/answer-header-case',
    '--patience',
    '100',
  ];
  const { stdout, stderr } = await run(process.execPath, [MAIN, ...verify]);
  expect(existsSync(pids), `${stdout}\n${stderr}`).toBe(true);
  const left = readFileSync(pids, 'utf8').trim().split('\n').map(Number);
  expect(left.length).toBeGreaterThan(0);
  for (const pid of left) expect(isAlive(pid)).toBe(false);
});

/** What has ended may wait for its parent, which in a container may not care. */
function isAlive(pid: number): boolean {
  try {
    return !/^[ZX]/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}
