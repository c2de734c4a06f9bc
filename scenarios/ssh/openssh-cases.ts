import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { SshCase } from './case.js';
import { OpenSsh } from './openssh.js';
import { Program, run } from './program.js';

const FILE_BYTES = 3_000_000;
const REKEY_BYTES = 1_000_000;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The cases with the OpenSSH programs. */
export const OPENSSH_CASES: readonly SshCase[] = [
  {
    id: 'exec',
    title: 'a remote command gets its input and gives output, errors and status',
    programs: ['ssh'],
    async run(path, folder) {
      const ssh = OpenSsh.withKey(path, folder);
      const result = await run('ssh', ssh.ssh([], 'cat; echo err >&2; exit 7'), { input: 'some input' });
      assert.deepEqual([result.code, result.stdout.toString(), result.stderr], [7, 'some input', 'err\n']);
    },
  },
  {
    id: 'pty',
    title: 'a terminal works at the other end, and ^C reaches the program there',
    programs: ['ssh'],
    async run(path, folder) {
      const ssh = OpenSsh.withKey(path, folder);
      await using session = new Program('ssh', ssh.ssh(['-tt']), { TERM: 'xterm' });
      // The shell computes sums, so that the echo of the typed line differs from the output.
      session.stdin.write('echo terminal-$((40+2))\r');
      await session.prints(/terminal-42/);
      session.stdin.write("sh -c 'echo waits-$((1+2)); exec sleep 1000'\r");
      await session.prints(/waits-3/);
      session.stdin.write('\x03');
      await session.prints(/\^C/);
      session.stdin.write('exit 5\r');
      assert.equal((await session.finished).code, 5);
    },
  },
  {
    id: 'scp-and-sftp',
    title: 'scp up and sftp down keep every byte',
    programs: ['ssh', 'scp', 'sftp'],
    async run(path, folder) {
      const ssh = OpenSsh.withKey(path, folder);
      const bytes = randomBytes(FILE_BYTES);
      const [local, back] = [join(folder, 'local'), join(folder, 'back')];
      const remote = path.server.remotePath('uploaded');
      writeFileSync(local, bytes);
      const up = await run('scp', ssh.scp(local, `${ssh.login}:${remote}`));
      assert.deepEqual([up.code, up.stderr], [0, '']);
      const down = await run('sftp', ssh.sftp(), { input: `get ${remote} ${back}\n` });
      assert.equal(down.code, 0, down.stderr);
      assert.equal(sha256(readFileSync(back)), sha256(bytes));
    },
  },
  {
    id: 'port-forwarding',
    title: 'a port behind the server can be reached',
    programs: ['ssh'],
    async run(path, folder) {
      const behind = createServer((socket) => socket.on('error', () => {}).end('from behind'));
      await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = behind.address() as AddressInfo;
        const ssh = OpenSsh.withKey(path, folder);
        const result = await run('ssh', ssh.ssh(['-W', `127.0.0.1:${port}`]));
        assert.equal(result.stdout.toString(), 'from behind', result.stderr);
      } finally {
        behind.close();
      }
    },
  },
  {
    id: 'agent-forwarding',
    title: 'the agent of the near side answers at the far side',
    programs: ['ssh', 'ssh-agent', 'ssh-add'],
    skip: ({ server }) => (server.forwardsAgents ? undefined : `${server.name} forwards no agents`),
    async run(path, folder) {
      const socket = join(folder, 'agent');
      await using agent = new Program('ssh-agent', ['-D', '-a', socket]);
      await agent.prints(/SSH_AUTH_SOCK/);
      const environment = { SSH_AUTH_SOCK: socket };
      const added = await run('ssh-add', ['-q', path.server.identityFile], { environment });
      assert.equal(added.code, 0, added.stderr);
      const near = await run('ssh-add', ['-l'], { environment });
      const ssh = new OpenSsh(path, folder, ['BatchMode=yes', `IdentityAgent=${socket}`]);
      const far = await run('ssh', ssh.ssh(['-A'], 'ssh-add -l'), { environment });
      assert.equal(far.stdout.toString(), near.stdout.toString(), far.stderr);
      assert.match(far.stdout.toString(), /ED25519/);
    },
  },
  {
    id: 'password',
    title: 'a right password logs in, and a wrong one does not',
    programs: ['ssh', 'sshpass'],
    skip: ({ server }) => (server.password === undefined ? `${server.name} takes keys only here` : undefined),
    async run(path, folder) {
      const settings = ['PubkeyAuthentication=no', 'NumberOfPasswordPrompts=1'];
      const ssh = new OpenSsh(path, folder, settings);
      const login = (SSHPASS: string) =>
        run('sshpass', ['-e', 'ssh', ...ssh.ssh([], 'echo in')], { environment: { SSHPASS } });
      assert.equal((await login(path.server.password!)).stdout.toString(), 'in\n');
      const refused = await login('wrong');
      assert.notEqual(refused.code, 0);
      assert.equal(refused.stdout.toString(), '');
    },
  },
  {
    id: 'rekeying',
    title: 'keys change during a transfer, and every byte arrives',
    programs: ['ssh'],
    async run(path, folder) {
      const ssh = OpenSsh.withKey(path, folder, ['RekeyLimit=200K', 'LogLevel=DEBUG1']);
      const bytes = randomBytes(REKEY_BYTES);
      const result = await run('ssh', ssh.ssh([], 'cat'), { input: bytes });
      assert.equal(result.code, 0, result.stderr.slice(-2000));
      assert.equal(sha256(result.stdout), sha256(bytes));
      const exchanges = result.stderr.match(/SSH2_MSG_NEWKEYS sent/g)?.length ?? 0;
      assert.ok(exchanges > 3, `keys were exchanged ${exchanges} times`);
    },
  },
  {
    id: 'keepalives',
    title: 'keepalives of an idle session are answered',
    programs: ['ssh'],
    async run(path, folder) {
      const further = ['ServerAliveInterval=1', 'ServerAliveCountMax=3', 'LogLevel=DEBUG3'];
      const ssh = OpenSsh.withKey(path, folder, further);
      await using session = new Program('ssh', ssh.ssh([], 'echo begun; cat'));
      await session.prints(/begun/);
      // Type 80 is the question (GLOBAL_REQUEST keepalive), 81 or 82 is the answer.
      await session.prints(/send packet: type 80[\s\S]*receive packet: type 8[12]/, 'stderr');
      session.stdin.end('still here');
      const result = await session.finished;
      assert.deepEqual([result.code, result.stdout.toString()], [0, 'begun\nstill here']);
    },
  },
];
