import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../src/mock-service/index.js';
import { run, runCli, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;
let service: StartedMockService;
let location: string[];

beforeAll(async () => {
  folder = temporaryFolder();
  service = await startMockService({ stateDir: folder.path });
  location = ['--endpoint', `localhost:${service.port}`, '--ca', service.caPath];
});
afterAll(async () => {
  await service.stop();
  folder[Symbol.dispose]();
});

describe('env', () => {
  it('prints what bash reads back as the same values', async () => {
    const json = await runCli(['env', ...location, '--json', '--region', 'eu-west-1']);
    expect(json.code).toBe(0);
    const expected = JSON.parse(json.stdout) as Record<string, string>;
    expect(expected).toMatchObject({
      AWS_ENDPOINT_URL_IOTSECURETUNNELING: `https://localhost:${service.port}`,
      HTTPS_PROXY: `http://localhost:${service.port}`,
      NODE_EXTRA_CA_CERTS: service.caPath,
      AWS_REGION: 'eu-west-1',
    });
    const lines = await runCli(['env', ...location, '--region', 'eu-west-1']);
    const bash = await run('bash', ['-c', `${lines.stdout}\nenv -0`]);
    const seen = Object.fromEntries(bash.stdout.split('\0').map((line) => line.split(/=(.*)/s)));
    expect(seen).toMatchObject(expected);
  });

  it("puts the system's roots and the service's CA into one bundle", async () => {
    const json = await runCli(['env', ...location, '--json']);
    const { SSL_CERT_FILE } = JSON.parse(json.stdout) as Record<string, string>;
    const certificates = (await readFile(SSL_CERT_FILE!, 'utf8')).match(
      /-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g,
    );
    const subjects = certificates!.map((pem) => new X509Certificate(pem).subject);
    expect(subjects.length).toBeGreaterThan(10);
    expect(subjects.at(-1)).toContain('tunnel-testbed CA');
  });

  it.each([
    ['fish', /^set -gx AWS_REGION 'us-east-1'$/m],
    ['powershell', /^\$env:AWS_REGION = 'us-east-1'$/m],
  ])('speaks %s', async (shell, line) => {
    const lines = await runCli(['env', ...location, '--shell', shell]);
    expect(lines.stdout).toMatch(line);
  });

  it.each([
    ['a CA that is not there', ['--ca', '/nowhere/ca.pem'], '/nowhere/ca.pem'],
    ['an endpoint that is none', ['--endpoint', 'https://x/'], "--endpoint 'https://x/'"],
    ['a ready file that is not there', ['--ready-file', '/nowhere/ready.json'], '/nowhere/ready.json'],
  ])('refuses %s by name', async (_name, args, named) => {
    const program = await runCli(['env', ...args]);
    expect(program.code).toBe(2);
    expect(program.stderr).toContain(named);
    expect(program.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('exec', () => {
  it('runs the command in that environment and ends with its status', async () => {
    const script = 'process.stdout.write(process.env.AWS_CA_BUNDLE); process.exit(7)';
    const program = await runCli(['exec', ...location, '--', process.execPath, '-e', script]);
    expect(program.code).toBe(7);
    expect(program.stdout).toBe(join(folder.path, 'ca-bundle.pem'));
  });

  it('says which program there is not', async () => {
    const program = await runCli(['exec', ...location, '--', 'no-such-program']);
    expect(program.code).toBe(2);
    expect(program.stderr).toContain("'no-such-program' cannot be run");
  });

  it('hands a signal on and ends as the command does', async () => {
    const script =
      "process.on('SIGTERM', () => process.exit(5)); setInterval(() => {}, 1000); console.log('up')";
    await using program = startCli(['exec', ...location, '--', process.execPath, '-e', script]);
    await program.seen(/up/);
    program.child.kill('SIGTERM');
    expect((await program.ended()).code).toBe(5);
  });
});
