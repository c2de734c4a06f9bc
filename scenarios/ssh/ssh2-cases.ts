import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import ssh2, { type Client, type ClientChannel, type ConnectConfig, type SFTPWrapper } from 'ssh2';
import type { SshCase } from './case.js';
import type { SshPath } from './path.js';

const FILE_BYTES = 3_000_000;
const SESSIONS = 50;
/** Logins at the same time. Each is a key exchange on both sides. */
const AT_ONCE = 10;

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Logs in with ssh2. */
export async function login({ server, address }: SshPath, further: ConnectConfig = {}): Promise<Client> {
  const client = new ssh2.Client();
  client.on('error', () => {}); // it may come more than once; after the login the channel closes too
  const ready = new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.once('close', () => reject(new Error('The connection was closed before the login')));
  });
  const auth = further.password === undefined ? { privateKey: readFileSync(server.identityFile) } : {};
  client.connect({
    ...address,
    ...auth,
    username: server.username,
    readyTimeout: 60_000,
    hostVerifier: (key: Buffer) => server.hostPublicKey.includes(key.toString('base64')),
    ...further,
  });
  await ready;
  return client;
}

type Callback<T> = (error: Error | undefined | null, value: T) => void;

function called<T>(start: (callback: Callback<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error ? reject(error) : resolve(value)));
  });
}

async function exec(client: Client, command: string, input: Buffer | string = ''): Promise<[number, Buffer]> {
  const channel = await called<ClientChannel>((done) => client.exec(command, done));
  const chunks: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => chunks.push(chunk));
  channel.stderr.resume();
  const closed = new Promise<number>((resolve) => channel.once('close', (code: number) => resolve(code)));
  channel.end(input);
  return [await closed, Buffer.concat(chunks)];
}

/** Logs in, does something, and logs out. */
const session =
  (use: (client: Client, path: SshPath, folder: string) => Promise<void>, config: ConnectConfig = {}) =>
  async (path: SshPath, folder: string): Promise<void> => {
    const client = await login(path, config);
    try {
      await use(client, path, folder);
    } finally {
      client.end();
    }
  };

/** The cases with an SSH library. It cannot request new keys, so only the OpenSSH cases do that. */
export const SSH2_CASES: readonly SshCase[] = [
  {
    id: 'exec',
    title: 'a remote command gets its input and gives output and status',
    programs: [],
    run: session(async (client) => {
      const [code, out] = await exec(client, 'cat; exit 7', 'some input');
      assert.deepEqual([code, out.toString()], [7, 'some input']);
    }),
  },
  {
    id: 'pty',
    title: 'a shell with a terminal runs typed commands',
    programs: [],
    run: session(async (client) => {
      const shell = await called<ClientChannel>((done) => client.shell({ term: 'xterm', cols: 100 }, done));
      const output = text(shell);
      shell.end('echo terminal-$((40+2))\nexit 3\n');
      assert.match(await output, /terminal-42/);
    }),
  },
  {
    id: 'sftp',
    title: 'sftp up and down keeps every byte',
    programs: [],
    run: session(async (client, { server }, folder) => {
      const bytes = randomBytes(FILE_BYTES);
      const [local, back] = [join(folder, 'local'), join(folder, 'back')];
      writeFileSync(local, bytes);
      const sftp = await called<SFTPWrapper>((done) => client.sftp(done));
      await called<void>((done) => sftp.fastPut(local, server.remotePath('put'), (error) => done(error)));
      await called<void>((done) => sftp.fastGet(server.remotePath('put'), back, (error) => done(error)));
      assert.equal(sha256(readFileSync(back)), sha256(bytes));
    }),
  },
  {
    id: 'port-forwarding',
    title: 'a port behind the server can be reached',
    programs: [],
    run: session(async (client) => {
      const behind = createServer((socket) => socket.on('error', () => {}).end('from behind'));
      await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve));
      try {
        const { port } = behind.address() as AddressInfo;
        const channel = await called<ClientChannel>((done) =>
          client.forwardOut('127.0.0.1', 0, '127.0.0.1', port, done),
        );
        assert.equal(await text(channel), 'from behind');
      } finally {
        behind.close();
      }
    }),
  },
  {
    id: 'password',
    title: 'a right password logs in, and a wrong one does not',
    programs: [],
    skip: ({ server }) => (server.password === undefined ? `${server.name} takes keys only here` : undefined),
    async run(path) {
      const client = await login(path, { password: path.server.password! });
      client.end();
      await assert.rejects(login(path, { password: 'wrong' }), /authentication/i);
    },
  },
  {
    id: 'sessions',
    title: `${SESSIONS} sessions share the tunnel`,
    programs: [],
    skip: ({ version }) => (version === 'V3' ? undefined : `${version} has one connection at a time`),
    async run(path) {
      const clients: Client[] = [];
      try {
        for (let i = 0; i < SESSIONS; i += AT_ONCE) {
          clients.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => login(path)))));
        }
        const outputs = await Promise.all(clients.map((client, i) => exec(client, 'cat', `session ${i}`)));
        assert.deepEqual(
          outputs.map(([, out]) => out.toString()),
          Array.from({ length: SESSIONS }, (_, i) => `session ${i}`),
        );
      } finally {
        for (const client of clients) client.end();
      }
    },
  },
];
