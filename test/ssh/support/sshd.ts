import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { RunningProgram } from '../../cli/support/run-cli.js';
import type { SshTarget } from './ssh-client.js';

/** Starts the real OpenSSH server on a loopback port, with keys and configuration of its own. */
export async function startSshd(directory: string): Promise<{ target: SshTarget; sshd: RunningProgram }> {
  const { username, uid } = userInfo();
  // Where Debian's sshd confines its unprivileged half; made by the init script where there is one.
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const path = (name: string): string => join(directory, name);
  for (const name of ['host_key', 'user_key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path(name)]);
  }
  const port = await freePort();
  writeFileSync(
    path('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${path('host_key')}`,
      `AuthorizedKeysFile ${path('user_key.pub')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  const sshd = new RunningProgram('/usr/sbin/sshd', ['-D', '-e', '-f', path('sshd_config')]);
  await sshd.seen(/Server listening on 127\.0\.0\.1/, 'stderr');
  const hostPublicKey = readFileSync(path('host_key.pub'), 'utf8').trim();
  return { sshd, target: { username, port, identityFile: path('user_key'), hostPublicKey } };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
