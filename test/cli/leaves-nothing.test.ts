import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { type RunningProgram, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

const isLinux = process.platform === 'linux';

interface Ready {
  readonly endpoint: string;
  readonly caPath: string;
  readonly tunnels: readonly {
    readonly sourceAccessToken: string;
    readonly destinationAccessToken: string;
  }[];
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('ends serve and the proxies with status 0, the ready file gone and the port free', async () => {
    using folder = temporaryFolder();
    const readyFile = folder.file('ready.json');
    await using service = startCli([
      ...['serve', '--port', '0', '--open', 'SSH', '--state-dir', folder.file('state')],
      ...['--ready-file', readyFile, '--json'],
    ]);
    await service.event('ready');
    expect(statSync(readyFile).mode & 0o777).toBe(0o600);
    const { endpoint, caPath, tunnels } = JSON.parse(readFileSync(readyFile, 'utf8')) as Ready;
    const [tunnel] = tunnels;
    const common = ['-e', endpoint, '--ca', caPath, '--json'];
    await using destination = startCli(['destination', ...common, '-d', 'SSH=9'], {
      env: { AWSIOT_TUNNEL_ACCESS_TOKEN: tunnel!.destinationAccessToken },
    });
    await using source = startCli(['source', ...common], {
      env: { AWSIOT_TUNNEL_ACCESS_TOKEN: tunnel!.sourceAccessToken },
    });
    const { port } = await source.event('listening');
    await Promise.all([source.event('ready'), destination.event('ready')]);
    for (const program of [source, destination, service]) {
      program.child.kill(signal);
      expect(await program.ended()).toEqual({ code: 0, signal: null });
    }
    expect(existsSync(readyFile)).toBe(false);
    expect(readdirSync(folder.path)).toEqual(['state']);
    await expectRefused(Number(endpoint.split(':')[1]));
    await expectRefused(port as number);
    for (const token of Object.values(tunnel!).filter((value) => typeof value === 'string')) {
      expect(source.stdout + source.stderr + destination.stdout + destination.stderr).not.toContain(token);
    }
  });

  test('ends the demo with its folder and its sessions', async () => {
    await using demo = startCli(['demo', '--json']);
    const { directory, sshPort } = await demo.event('ready');
    expect(existsSync(directory as string)).toBe(true);
    demo.child.kill(signal);
    // As npm and the terminal do: the signal comes twice.
    demo.child.kill(signal);
    expect(await demo.ended()).toEqual({ code: 0, signal: null });
    expect(existsSync(directory as string)).toBe(false);
    await expectRefused(sshPort as number);
  });
});

test.skipIf(!isLinux)('a token given as an argument does not stay in the process listing', async () => {
  using folder = temporaryFolder();
  await using service = startCli([
    'serve',
    '--port',
    '0',
    '--open',
    'SSH',
    '--state-dir',
    folder.file('state'),
    '--json',
  ]);
  const { endpoint, caPath, tunnels } = (await service.event('ready')) as unknown as Ready;
  const { sourceAccessToken } = tunnels[0]!;
  await using source = startCli([
    'source',
    '-e',
    endpoint,
    '--ca',
    caPath,
    '-t',
    sourceAccessToken,
    '--json',
  ]);
  await source.event('ready');
  expect(listing(source)).toBe('tunnel-testbed source');
});

test('the commands that serve prints carry tokens as variables only, and work as printed', async () => {
  using folder = temporaryFolder();
  await using service = startCli([
    'serve',
    '--port',
    '0',
    '--open',
    'SSH',
    '--state-dir',
    folder.file('state'),
  ]);
  const [line] = await service.seen(/.* source .*\n/);
  const [, token, rest] = /AWSIOT_TUNNEL_ACCESS_TOKEN=(\S+) (.*)/.exec(line)!;
  expect(rest).not.toContain(token);
  const [, args] = /main\.js (.*)$/.exec(rest!)!;
  const words = args!.split(' ').map((word) => (word === 'SSH=5555' ? 'SSH=0' : word));
  await using source = startCli([...words, '--json'], { env: { AWSIOT_TUNNEL_ACCESS_TOKEN: token } });
  await source.event('ready');
});

/** What `ps` shows. */
function listing(program: RunningProgram): string {
  return readFileSync(`/proc/${program.child.pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
}

function expectRefused(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connect(port, '127.0.0.1')
      .once('connect', () => reject(new Error(`port ${port} still accepts connections`)))
      .once('error', () => resolve());
  });
}
