import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { generateSshKey, startSshServer } from 'tunnel-testbed/clients/ssh';
import { isInstalled, Program } from './program.js';

/** A server to log in to. */
export interface SshServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly username: string;
  /** A private key that the server accepts. */
  readonly identityFile: string;
  /** Undefined if the server accepts only keys. */
  readonly password: string | undefined;
  readonly hostPublicKey: string;
  readonly forwardsAgents: boolean;
  /** The name of a file on the server, as scp and sftp need it. */
  remotePath(name: string): string;
}

/** A kind of server, and what it accepts. */
export interface SshServerKind {
  readonly id: string;
  readonly name: string;
  readonly forwardsAgents: boolean;
  readonly takesPasswords: boolean;
  readonly missing: readonly string[];
  start(folder: string): Promise<SshServer>;
}

const missing = (...names: string[]): string[] => names.filter((name) => !isInstalled(name));

export const SERVERS: readonly SshServerKind[] = [
  {
    id: 'sshd',
    name: 'OpenSSH sshd',
    forwardsAgents: true,
    takesPasswords: false, // it would be a password of this machine's user
    missing: missing('sshd'),
    start: startOpenSsh,
  },
  {
    id: 'ssh2',
    name: 'ssh2',
    forwardsAgents: false,
    takesPasswords: true,
    missing: [],
    start: startSsh2,
  },
];

async function startSsh2(folder: string): Promise<SshServer> {
  const key = generateSshKey('tester');
  const [identityFile, home] = [join(folder, 'ssh2_key'), join(folder, 'ssh2_home')];
  writeFileSync(identityFile, key.privateKey, { mode: 0o600 });
  mkdirSync(home);
  const login = { username: 'tester', password: 'correct horse battery staple' };
  const server = await startSshServer({ directory: home, authorizedKeys: [key.publicKey], ...login });
  const { port, hostPublicKey } = server;
  return {
    ...login,
    name: 'ssh2',
    port,
    identityFile,
    hostPublicKey,
    forwardsAgents: false,
    remotePath: (name) => name,
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

async function startOpenSsh(folder: string): Promise<SshServer> {
  const { username, uid } = userInfo();
  // The folder of sshd's unprivileged process on Debian. If there is an init script, it makes this folder.
  if (uid === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const [host, user] = [generateSshKey('host'), generateSshKey('user')];
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const identityFile = file('sshd_user_key', user.privateKey);
  const port = await freePort();
  const configuration = file(
    'sshd_config',
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('sshd_host_key', host.privateKey)}`,
      `AuthorizedKeysFile ${file('sshd_authorized', `${user.publicKey}\n`)}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PasswordAuthentication no', // it would be a password of this machine's user
      'PermitRootLogin prohibit-password',
      'MaxStartups 100',
      'MaxSessions 100',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n'),
  );
  const sshd = new Program('/usr/sbin/sshd', ['-D', '-e', '-f', configuration], {}, 'server');
  await sshd.prints(/Server listening on 127\.0\.0\.1/, 'stderr');
  return {
    name: 'OpenSSH sshd',
    port,
    username,
    identityFile,
    password: undefined,
    hostPublicKey: readFileSync(file('sshd_host_key.pub', host.publicKey), 'utf8').trim(),
    forwardsAgents: true,
    remotePath: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => sshd[Symbol.asyncDispose](),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
