import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { describeWithPrograms, runProgram } from '../../support/real-program.js';

let dir: string;
let service: StartedMockService;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-connect-'));
  service = await startMockService({ stateDir: dir });
});
afterEach(async () => {
  await service.stop();
  await rm(dir, { recursive: true });
});

describeWithPrograms({ curl: 'curl' }, 'curl with nothing but HTTPS_PROXY and the CA', () => {
  const curl = (...args: string[]) =>
    runProgram('curl', ['--silent', '--show-error', '--cacert', service.caPath, ...args], {
      env: { HTTPS_PROXY: `http://${service.endpoint}`, https_proxy: `http://${service.endpoint}` },
    });

  it('opens a tunnel at the real name of the API', async () => {
    const headers = [
      ...['-H', 'x-amz-target: IoTSecuredTunneling.OpenTunnel'],
      ...['-H', 'content-type: application/x-amz-json-1.1'],
    ];
    const api = 'https://api.tunneling.iot.eu-west-1.amazonaws.com/';
    const { stdout, stderr } = await curl(...headers, '--data', '{}', api);
    expect(stderr).toBe('');
    expect(service.tunnels.get(JSON.parse(stdout).tunnelId)?.status).toBe('OPEN');
  });

  it('gets 403 for any other host', async () => {
    const { code, stderr } = await curl('https://example.com/');
    expect(code).toBe(56);
    expect(stderr).toContain('403');
  });
});

/** Knows one host and port, and honours no option: what a device's firmware may look like. */
const PROGRAM = `
  const { WebSocket } = require('ws');
  const url = 'wss://data.tunneling.iot.eu-west-1.amazonaws.com:443/tunnel?local-proxy-mode=destination';
  const socket = new WebSocket(url, 'aws.iot.securetunneling-2.0', { headers: { 'access-token': process.argv[2] } });
  socket.on('message', (data) => { console.log('message ' + data.toString('hex')); socket.close(); });
  socket.on('error', (error) => { console.log(error.message); process.exit(1); });
`;

describeWithPrograms(
  { ip: 'iproute2', unshare: 'util-linux' },
  'a program that only knows data.tunneling.iot.eu-west-1.amazonaws.com:443',
  () => {
    it.skipIf(process.getuid?.() !== 0)(
      'reaches a second listener on 443 by name resolution and a trusted CA (needs root for a network namespace)',
      async () => {
        const name = `testbed-${process.pid}`;
        const netns = `/etc/netns/${name}`;
        const ip = async (...args: string[]) => {
          const result = await runProgram('ip', args, { env: { NODE_EXTRA_CA_CERTS: service.caPath } });
          if (result.code !== 0) throw new Error(`ip ${args.join(' ')}: ${result.stderr}${result.stdout}`);
          return result.stdout;
        };
        const root = new URL('../../../', import.meta.url).pathname;
        const program = join(root, 'node_modules', `.testbed-${process.pid}.cjs`);
        await mkdir(netns, { recursive: true });
        try {
          await writeFile(
            `${netns}/hosts`,
            '127.0.0.1 localhost data.tunneling.iot.eu-west-1.amazonaws.com\n',
          );
          await writeFile(program, PROGRAM);
          await writeFile(join(dir, 'serve.mts'), serving(root));
          await ip('netns', 'add', name);
          await ip('-n', name, 'link', 'set', 'lo', 'up');
          // Service and program live in the same namespace, as they would on one machine.
          const tsx = join(root, 'node_modules', '.bin', 'tsx');
          const said = await ip(
            'netns',
            'exec',
            name,
            process.execPath,
            tsx,
            join(dir, 'serve.mts'),
            dir,
            program,
          );
          expect(said).toContain('message 000708053203535348');
          expect(said).toContain('lost 1005');
        } finally {
          await runProgram('ip', ['netns', 'del', name]);
          await rm(netns, { recursive: true, force: true });
          await rm(program, { force: true });
        }
      },
    );
  },
);

/** Starts a service that also listens on 443 and runs the program against it. */
const serving = (root: string) => `
  import { spawn } from 'node:child_process';
  import { startMockService } from '${root}src/mock-service/index.ts';
  const [stateDir, program] = process.argv.slice(2);
  const service = await startMockService({ stateDir, alsoListen: [443] });
  const { destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
  service.on('side-lost', ({ code }) => console.log('lost ' + code));
  const child = spawn(process.execPath, [program, destinationAccessToken], { stdio: 'inherit' });
  child.on('exit', async (code) => { await service.stop(); process.exit(code ?? 1); });
`;
