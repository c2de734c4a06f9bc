import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { MAIN, RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { RawClient, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';
import { LONGEST_STOP_MS, stopTime } from './support/process.js';

/* What serve does with files, ports and disks that are not as it would have them, and how it stops. */

let folder: ReturnType<typeof temporaryFolder>;
const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function serve(args: readonly string[], env: NodeJS.ProcessEnv = {}, shell?: string): RunningProgram {
  folder = temporaryFolder();
  const made = folder;
  undo.push(() => made[Symbol.dispose]());
  const all = ['serve', '--port', '0', '--json', '--state-dir', folder.file('state'), ...args];
  const service =
    shell === undefined
      ? startCli(all, { env, cwd: folder.path })
      : new RunningProgram('bash', ['-c', `${shell}; exec "$@"`, 'bash', process.execPath, MAIN, ...all]);
  undo.push(() => service[Symbol.asyncDispose]());
  return service;
}

describe('the folder of the CA', () => {
  it('is never the working directory, whatever XDG_STATE_HOME holds', async () => {
    const home = temporaryFolder();
    const work = temporaryFolder();
    undo.push(
      () => home[Symbol.dispose](),
      () => work[Symbol.dispose](),
    );
    for (const XDG_STATE_HOME of ['', 'relative']) {
      await using service = startCli(['serve', '--port', '0', '--json'], {
        env: { XDG_STATE_HOME, HOME: home.path },
        cwd: work.path,
      });
      const { caPath } = await service.event('ready');
      expect(caPath).toBe(home.file('.local/state/tunnel-testbed/ca.pem'));
      expect(readdirSync(work.path)).toEqual([]);
    }
  });
});

describe('a CA that several processes have to make anew at once', () => {
  it('is one, and a client that trusts it trusts what each of them shows', async () => {
    const state = temporaryFolder();
    undo.push(() => state[Symbol.dispose]());
    await using first = serve(['--state-dir', state.path]);
    const services = [first];
    await first.event('ready');
    // Each name needs a CA that may vouch for it; of the last pair both need the same.
    const names = ['one.example.com', 'two.example.com', 'three.example.com', 'three.example.com'];
    services.push(...names.map((name) => serve(['--state-dir', state.path, '--advertise', name])));
    const ready = await Promise.all(services.map((service) => service.event('ready')));
    const ca = readFileSync(state.file('ca.pem'), 'utf8');
    for (const [i, { endpoint }] of ready.entries()) {
      const port = Number((endpoint as string).split(':').at(-1));
      const socket = connectTls({ port, host: '127.0.0.1', ca, servername: names[i - 1] ?? 'localhost' });
      await once(socket, 'secureConnect');
      socket.destroy();
    }
    expect(readdirSync(state.path).sort()).toEqual(['ca-key.pem', 'ca.pem']);
  });
});

describe('a capture', () => {
  it('of a file that everybody could read is readable by its owner alone', async () => {
    const captures = temporaryFolder();
    undo.push(() => captures[Symbol.dispose]());
    const file = captures.file('capture.jsonl');
    writeFileSync(file, 'an older one', { mode: 0o644 });
    const service = serve(['--capture', file]);
    await service.event('ready');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain('an older one');
  });

  it.each(['a FIFO', 'a device'])('refuses %s with a word', async (what) => {
    const captures = temporaryFolder();
    undo.push(() => captures[Symbol.dispose]());
    const file = what === 'a FIFO' ? captures.file('fifo') : '/dev/null';
    if (what === 'a FIFO') execFileSync('mkfifo', [file]);
    const service = serve(['--capture', file]);
    expect((await service.ended()).code).toBe(2);
    expect(service.stderr).toContain(`'${file}' is a pipe, a socket or a device`);
  });

  it('on a disk that is full ends with an event, a line of the log and a state; the service goes on', async () => {
    const captures = temporaryFolder();
    undo.push(() => captures[Symbol.dispose]());
    const file = captures.file('capture.jsonl');
    // A file may have 8 KiB: as on a full disk, writing fails beyond.
    const service = serve(['--capture', file], {}, 'trap "" XFSZ; ulimit -f 8');
    const { endpoint } = await service.event('ready');
    const body = JSON.stringify({ services: ['SSH'], description: 'x'.repeat(2000) });
    const headers = { 'content-type': 'application/json' };
    for (let i = 0; i < 200; i++) {
      const opened = await fetch(`http://${endpoint}/admin/tunnels`, { method: 'POST', headers, body });
      expect(opened.status).toBe(201);
      await opened.arrayBuffer();
    }
    const failed = await service.event('capture-failed');
    expect(failed).toMatchObject({ captureId: 'capture-1', file, reason: expect.stringMatching(/EFBIG/) });
    await service.seen(/"event":"capture-failed"/, 'stderr');
    const listed = (await (await fetch(`http://${endpoint}/admin/captures`)).json()) as {
      captures: object[];
    };
    expect(listed.captures).toEqual([
      expect.objectContaining({ running: false, failure: expect.stringMatching(/EFBIG/) }),
    ]);
    const { ms, code } = await stopTime(service);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LONGEST_STOP_MS);
  });
});

describe('a start that fails', () => {
  it.each(['--mqtt-port', '--also-listen', '--port'])(
    'says so and exits: the port of %s is taken',
    async (option) => {
      const other = createServer().listen(0, 'localhost');
      await once(other, 'listening');
      undo.push(() => other.close());
      const { port } = other.address() as { port: number };
      const service = serve([option, String(port)]);
      expect((await service.ended()).code).toBe(1);
      expect(service.stderr).toMatch(new RegExp(`port ${port}: the port is in use`));
    },
  );

  it.each([
    ['a ready file in no folder', ['--ready-file', '/no/such/folder/ready.json'], /--ready-file/],
    // Written beside it and renamed, a file would take the place of a device.
    [
      'a device as ready file',
      ['--ready-file', '/dev/null'],
      /'\/dev\/null' is a folder, a pipe or a device/,
    ],
    [
      'a capture in no folder',
      ['--capture', '/no/such/folder/c.jsonl'],
      /capture's file '\/no\/such.* cannot be written/,
    ],
    ['a folder that cannot be made', ['--state-dir', '/proc/none'], /folder '\/proc\/none' cannot be used/],
    ['a file as folder', ['--state-dir', '/dev/null/state'], /folder '\/dev\/null\/state' cannot be used/],
    ['a broker without a sense', ['--mqtt-url', 'nonsense'], /mqttUrl is not valid/],
  ])('says so and exits: %s', async (_what, args, told) => {
    const service = serve(['--mqtt-port', '0', ...args]);
    expect((await service.ended()).code).toBe(2);
    expect(service.stderr).toMatch(told);
  });

  it.each([
    ['no CA', 'nonsense'],
    [
      'half a CA',
      '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nAA',
    ],
  ])('says so and exits: what is kept is %s', async (_what, content) => {
    const state = temporaryFolder();
    undo.push(() => state[Symbol.dispose]());
    writeFileSync(state.file('ca-key.pem'), content);
    const service = serve(['--state-dir', state.path]);
    expect((await service.ended()).code).toBe(2);
    expect(service.stderr).toMatch(/ca-key\.pem holds no CA of tunnel-testbed; remove it/);
  });
});

it('a service that stops answers 503, for a client that gets that comes back', async () => {
  const service = serve(['--open', 'SSH']);
  const { endpoint, tunnels } = (await service.event('ready')) as unknown as {
    endpoint: string;
    tunnels: { sourceAccessToken: string; destinationAccessToken: string }[];
  };
  const port = Number(endpoint.split(':').at(-1));
  const [tunnel] = tunnels;
  // It answers no close, so that the stop takes its time.
  const slow = await RawClient.open(port, { side: 'source', token: tunnel!.sourceAccessToken });
  undo.push(() => slow.destroy());
  service.child.kill('SIGTERM');
  await slow.closeFrame();
  const late = await RawClient.connect(port);
  undo.push(() => late.destroy());
  late.write(
    upgradeRequest('/tunnel?local-proxy-mode=destination', [
      ...UPGRADE_HEADERS,
      ['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-3.0'],
      ['access-token', tunnel!.destinationAccessToken],
    ]),
  );
  expect((await late.answer()).status).toBe(503);
  const health = await fetch(`http://${endpoint}/health`);
  expect(health.status).toBe(503);
  expect((await service.ended()).code).toBe(0);
});
