import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { type AddressInfo, connect as connectSocket, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { startEmbedded } from './support/embedded.js';
import { hasSsh, hasSshd } from './support/programs.js';
import { SshClient, type SshTarget } from './support/ssh-client.js';
import { startSshd } from './support/sshd.js';
import { type RunningTunnel, startTunnel } from './support/tunnel.js';

const FILE_BYTES = 200_000_000;
const SESSIONS = 20;
const TRANSFER_MS = 240_000;

const servers = [
  { name: 'a real sshd', present: hasSsh && hasSshd, start: (dir: string) => withStop(startSshd(dir)) },
  { name: 'the embedded SSH server', present: hasSsh, start: (dir: string) => withStop(startEmbedded(dir)) },
];

describe.each(servers)('OpenSSH through source proxy, service and destination proxy to $name', (server) => {
  let folder: ReturnType<typeof temporaryFolder>;
  let target: SshTarget;
  let tunnel: RunningTunnel;
  let ssh: SshClient;
  let stop: (() => Promise<void>) | undefined;

  beforeAll(async () => {
    if (!server.present) return;
    folder = temporaryFolder();
    ({ target, stop } = await server.start(folder.path));
    tunnel = await startTunnel({ stateDir: folder.file('state'), targets: { SSH: target.port } });
    ssh = new SshClient(target, tunnel.ports.SSH!, folder.file('known_hosts'));
  });
  afterAll(async () => {
    await tunnel?.[Symbol.asyncDispose]();
    await stop?.();
    folder?.[Symbol.dispose]();
  });

  test.skipIf(!server.present)(
    'a remote command gets its input, and gives output, errors and exit status',
    async () => {
      const result = await ssh.command('cat; echo err >&2; exit 7', 'some input');
      expect(result).toEqual({ code: 7, stdout: 'some input', stderr: 'err\n' });
    },
  );

  test.skipIf(!server.present)('an interactive session runs what is typed, and ^C stops it', async () => {
    await using session = ssh.interactive();
    // The sums keep the echo of what is typed from being taken for its output.
    session.child.stdin.write('echo sum-$((40+2))\r');
    await session.seen(/sum-42/);
    session.child.stdin.write("sh -c 'echo long-$((1+2)); exec sleep 1000'\r");
    await session.seen(/long-3/);
    session.child.stdin.write('\x03');
    await session.seen(/\^C/);
    session.child.stdin.write('echo back-$((3+4))\r');
    await session.seen(/back-7/);
    session.child.stdin.write('exit 5\r');
    expect(await session.ended()).toEqual({ code: 5, signal: null });
  });

  test.skipIf(!server.present)(
    'scp up and sftp down of 200 MB keep every byte',
    { timeout: TRANSFER_MS },
    async () => {
      const local = folder.file('big');
      writeFileSync(local, randomFillSync(Buffer.alloc(FILE_BYTES)));
      // Our own server shows a folder of its own as the root; sshd shows the machine.
      const remote = server.name === 'a real sshd' ? folder.file('uploaded') : 'uploaded';
      expect(await ssh.upload(local, remote)).toMatchObject({ code: 0 });
      const back = folder.file('back');
      expect(await ssh.sftp(`get ${remote} ${back}\n`)).toMatchObject({ code: 0, stderr: '' });
      expect(await sha256(back)).toBe(await sha256(local));
      const remoteSum = await ssh.command(`sha256sum < ${remote}`);
      expect(remoteSum.stdout.slice(0, 64)).toBe(await sha256(local));
    },
  );

  test.skipIf(!server.present)('ssh -L reaches a port behind the server', async () => {
    const behind = createServer((socket) => socket.on('error', () => undefined).end('from behind'));
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
    try {
      const reserved = createServer();
      await new Promise<void>((resolve) => reserved.listen(0, '127.0.0.1', resolve));
      const localPort = (reserved.address() as AddressInfo).port;
      await new Promise((resolve) => reserved.close(resolve));
      await using forward = ssh.forward(localPort, (behind.address() as AddressInfo).port);
      await forward.seen(/Entering interactive session/, 'stderr');
      expect(await text(connectSocket(localPort, '127.0.0.1'))).toBe('from behind');
    } finally {
      behind.close();
    }
  });

  test.skipIf(!server.present)(`${SESSIONS} sessions at once share the tunnel`, async () => {
    const results = await Promise.all(
      Array.from({ length: SESSIONS }, (_, i) => ssh.command(`echo session ${i}; cat`, `input ${i}`)),
    );
    expect(results.map((each) => each.stdout)).toEqual(
      Array.from({ length: SESSIONS }, (_, i) => `session ${i}\ninput ${i}`),
    );
  });
});

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

async function withStop(
  starting: Promise<{ target: SshTarget } & ({ sshd: AsyncDisposable } | { server: AsyncDisposable })>,
): Promise<{ target: SshTarget; stop: () => Promise<void> }> {
  const started = await starting;
  const held = 'sshd' in started ? started.sshd : started.server;
  return { target: started.target, stop: async () => held[Symbol.asyncDispose]() };
}
