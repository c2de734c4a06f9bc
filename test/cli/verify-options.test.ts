import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../src/mock-service/index.js';
import { olderService } from '../support/older-service.js';
import { MAIN, run, runCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

const keysOf = (stdout: string): string[] =>
  stdout.trim() === ''
    ? []
    : stdout
        .trim()
        .split('\n')
        .map((line) => line.split('\t')[0]!);

describe('verify chooses', () => {
  it('by version and role, what a client is judged by', async () => {
    const { code, stdout } = await runCli([
      'verify',
      '--list',
      '--only',
      'handshake/*',
      '--version',
      'V3',
      '--role',
      'source',
    ]);
    expect(code).toBe(0);
    expect(keysOf(stdout).length).toBeGreaterThan(5);
    expect(keysOf(stdout).every((key) => /^handshake\/.*@source\/V3$/.test(key))).toBe(true);
  });

  it('real SSH only where it is asked for', async () => {
    const [usual, ssh] = await Promise.all([
      runCli(['verify', '--list']),
      runCli(['verify', '--list', '--ssh']),
    ]);
    expect(keysOf(usual.stdout).some((key) => key.startsWith('ssh/'))).toBe(false);
    expect(keysOf(ssh.stdout).every((key) => key.startsWith('ssh/'))).toBe(true);
    expect(keysOf(ssh.stdout)).toContain('ssh/sshd-openssh-scp-and-sftp@destination/V1');
  });

  it.each([
    [['--own', '--only', 'nothing/at-all'], /No scenario matches/],
    [['--service', 'http://localhost:1'], /is not the address of a service/],
    [['--service', 'ws://localhost:1', '--role', 'source'], /is for clients/],
    [['--service', 'ws://localhost:1', '--own'], /do not give a client with it/],
    [['--service', 'ws://localhost:1', '--ca', '/nowhere'], /--ca \/nowhere cannot be read/],
    [['--service', 'ws://localhost:1', '--tokens', MAIN], /must be a JSON list/],
    [['--service', 'ws://localhost:1', '--tokens', 'x', '--open-tunnel', 'y'], /Give one of/],
    [
      ['--service', 'ws://localhost:1', '--tokens', 'x', '--thing', 'y'],
      /is only for tunnels that are opened by/,
    ],
    [['--attach', 'source', '--version', 'V3'], /needs --listens/],
    [['--attach', 'destination'], /needs --version/],
    [['--attach', 'destination', '--version', 'V2', '--dials', 'SSH:x'], /is not a port/],
    [['--own', '--output', '/nowhere/report'], /Cannot write the report/],
    [['--own', '--baseline', '/nowhere.json'], /Cannot read the baseline/],
  ])('wrongly: %s', async (args, says) => {
    const { code, stderr } = await runCli(['verify', ...args]);
    expect(stderr).toMatch(says);
    expect(code).toBe(2);
  });

  it('prints the schemas of the client file and of the report', async () => {
    const [client, report] = await Promise.all([
      runCli(['verify', '--schema']),
      runCli(['verify', '--schema', 'report']),
    ]);
    expect(JSON.parse(client.stdout)).toMatchObject({ properties: { declares: { type: 'object' } } });
    expect(JSON.parse(report.stdout)).toMatchObject({ properties: { results: { type: 'array' } } });
  });
});

describe('verify --ssh', () => {
  it('judges by real logins, and skips loudly where a program is missing', async () => {
    const only = ['--only', 'ssh/ssh2-ssh2-exec', 'ssh/ssh2-openssh-exec@*/V3', '--role', 'source'];
    using programs = temporaryFolder();
    symlinkSync('/bin/cat', programs.file('cat'));
    const env = { PATH: programs.path };
    const { code, stdout, stderr } = await run(
      process.execPath,
      [MAIN, 'verify', '--own', ...only, '--format', 'tap'],
      { env },
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain(
      'ok 1 - ssh/ssh2-openssh-exec@source/V3 # SKIP ssh not installed: apt-get install openssh-client',
    );
    expect(stdout).toContain('ok 2 - ssh/ssh2-ssh2-exec@source/V3\n');
    expect(stderr).toContain(
      '*** SKIPPED 1 scenarios: ssh not installed: apt-get install openssh-client ***',
    );
  });
});

describe('verify --service', () => {
  const folder = temporaryFolder();
  let service: StartedMockService;
  beforeAll(async () => {
    service = await startMockService({ port: 0, stateDir: folder.file('state') });
  });
  afterAll(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });
  const tokens = (): object => {
    const { sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
    return { sourceAccessToken, destinationAccessToken };
  };
  const judge = (...args: string[]) => runCli(['verify', ...args, '--format', 'tap'], { cwd: folder.path });

  it('lists and chooses as for clients', async () => {
    const { stdout } = await runCli([
      'verify',
      '--service',
      'ws://localhost:1',
      '--list',
      '--only',
      'service/refuses-*',
    ]);
    expect(keysOf(stdout)).toContain('service/refuses-path@service');
    expect(keysOf(stdout).every((key) => key.startsWith('service/refuses-'))).toBe(true);
  });

  it('judges in the versions that are asked for, and names them', async () => {
    const at = ['--service', 'ws://localhost:1', '--list', '--only', 'service/relay', 'service/closes-on-*'];
    const { stdout } = await runCli(['verify', ...at, '--version', 'V1', 'V2']);
    expect(keysOf(stdout)).toContain('service/relay@service/V1');
    expect(keysOf(stdout)).toContain('service/relay@service/V2');
    expect(stdout).toContain('this does not apply to V1');
  });

  it.each(['V1', 'V2'] as const)(
    'says what a service speaks that knows nothing newer than %s',
    async (version) => {
      await using older = await olderService(version, service.port);
      const at = ['--service', `ws://127.0.0.1:${older.port}`, '--only', 'service/relay', 'service/pong'];
      const newest = await judge(...at);
      expect(newest.code).toBe(1);
      expect(newest.stdout).toContain(`judge it with --version ${version}`);
      expect(newest.stdout).toMatch(/service\/relay@service .*blocked by preflight\/connects@service/);
      const right = await judge(...at, '--version', version);
      expect({ code: right.code, stderr: right.stderr }).toMatchObject({ code: 0 });
      expect(right.stdout).toContain(`service/relay@service/${version}\n`);
    },
  );

  it('opens tunnels for a thing that is named', async () => {
    const at = ['--service', `ws://127.0.0.1:${service.port}`, '--only', 'service/refuses-path'];
    const { code } = await judge(...at, '--thing', 'thing-of-verify');
    expect(code).toBe(0);
    expect(service.tunnels.list().map((tunnel) => tunnel.thingName)).toContain('thing-of-verify');
  });

  it('speaks TLS with a CA, to data plane and control plane', async () => {
    const { code, stdout, stderr } = await judge(
      ...[
        '--service',
        `wss://localhost:${service.port}`,
        '--ca',
        service.caPath,
        '--only',
        'service/token-is-spent',
      ],
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('ok 1 - service/token-is-spent@service\n');
  });

  it('says that the CA is missing, or that nobody listens', async () => {
    const distrusted = await judge('--service', `wss://localhost:${service.port}`);
    expect(distrusted.code).toBe(1);
    expect(distrusted.stderr).toContain('give its CA with --ca');
    const nobody = await judge('--service', 'ws://127.0.0.1:1');
    expect(nobody.stderr).toContain('does it listen there?');
  });

  it('takes tunnels that are open, each once, and skips when none is left', async () => {
    // One is for the handshake before all else.
    writeFileSync(folder.file('tokens.json'), JSON.stringify([tokens(), tokens()]));
    const { code, stdout } = await judge(
      ...['--service', `ws://127.0.0.1:${service.port}`, '--tokens', 'tokens.json'],
      ...['--only', 'service/refuses-path', 'service/refuses-no-token'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('ok 1 - service/refuses-path@service\n');
    expect(stdout).toMatch(
      /ok 2 - service\/refuses-no-token@service # SKIP no given tunnel with the services \[SSH\] is left/,
    );
  });

  it('opens tunnels by a command', async () => {
    const opened = JSON.stringify(tokens());
    const script = `if (process.argv[1] !== 'SSH') throw 1; console.log(${JSON.stringify(opened)})`;
    writeFileSync(folder.file('open.js'), script.replace('argv[1]', 'argv[2]'));
    const command = `"${process.execPath}" open.js {services}`;
    const at = ['--service', `ws://127.0.0.1:${service.port}`, '--only', 'service/refuses-path'];
    const { code, stdout, stderr } = await judge(...at, '--open-tunnel', command);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout).toContain('ok 1 - service/refuses-path@service\n');
    const broken = await judge(...at, '--open-tunnel', 'sh -c "echo no credentials >&2; exit 1"');
    expect(broken).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('opened no tunnel: no credentials'),
    });
  });
});

describe('explain', () => {
  it.each(['streams/echo', 'service/token-is-spent', 'ssh/sshd-openssh-exec@source/V3'])(
    'says of %s how to run it, and the command does',
    async (id) => {
      const { code, stdout } = await runCli(['explain', id]);
      expect(code).toBe(0);
      const commands = [...stdout.matchAll(/^ {2}tunnel-testbed (verify .*?)(?: {3}.*)?$/gm)].map(
        (found) => found[1]!,
      );
      const args = commands
        .at(-1)!
        .replace(/ --format.*/, '')
        .split(' ');
      const listed = execFileSync(process.execPath, [MAIN, ...args, '--list'], { encoding: 'utf8' });
      expect(keysOf(listed).every((key) => key.startsWith(id.split('@')[0]!))).toBe(true);
    },
  );
});
