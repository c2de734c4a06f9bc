import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { RawClient, UPGRADE_HEADERS, upgradeRequest } from '../support/raw-websocket.js';
import { describeWithPrograms, runProgram } from '../support/real-program.js';

/*
 * What a page may do that a user of the service happens to visit: nothing. curl says what a browser would say for the
 * page, and resolves names as a rebound DNS answer would.
 */

interface Tunnel {
  readonly tunnelId: string;
  readonly sourceAccessToken: string;
}

describeWithPrograms({ curl: 'curl' }, 'a page of another site', () => {
  const folder = temporaryFolder();
  let program: RunningProgram;
  let port: number;
  let tunnel: Tunnel;

  beforeAll(async () => {
    const args = ['serve', '--port', '0', '--open', 'SSH', '--state-dir', folder.path, '--json'];
    program = startCli([...args, '--advertise', 'tunnels.example.com,testbed', '--log-level', 'error']);
    const ready = (await program.event('ready')) as never as { endpoint: string; tunnels: Tunnel[] };
    port = Number(ready.endpoint.split(':').at(-1));
    tunnel = ready.tunnels[0]!;
  });
  afterAll(async () => {
    await program[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Status and body of a request to a name that leads to the service. */
  async function curl(name: string, path: string, args: readonly string[] = [], scheme = 'http') {
    const resolve = ['--resolve', `${name}:${port}:127.0.0.1`];
    const url = `${scheme}://${name}:${port}${path}`;
    const all = ['--silent', '--insecure', '--write-out', '\n%{http_code}', ...resolve, ...args, url];
    const { stdout } = await runProgram('curl', all);
    const lines = stdout.split('\n');
    return { status: Number(lines.pop()), body: lines.join('\n') };
  }
  const call = (operation: string, input: object) => [
    ...['-H', `x-amz-target: IoTSecuredTunneling.${operation}`],
    ...['-H', 'content-type: application/x-amz-json-1.1', '--data', JSON.stringify(input)],
  ];
  const openTunnels = async () =>
    (
      JSON.parse((await curl('localhost', '/', call('ListTunnels', {}))).body) as {
        tunnelSummaries: object[];
      }
    ).tunnelSummaries.length;

  const ROUTES: [string, string[]][] = [
    ['/', call('ListTunnels', {})],
    ['/', call('RotateTunnelAccessToken', { tunnelId: 'any', clientMode: 'SOURCE' })],
    ['/', ['--data', 'Action=GetCallerIdentity']],
    ['/things', []],
    ['/things/lamp', ['--data', '{}']],
    ['/set-cookie', ['--data', '{"token":"abc"}']],
    ['/admin/tunnels', []],
    ['/admin/health', []],
    ['/health', []],
    ['/tunnel', []],
    ['/nothing', []],
  ];

  it.each(['http', 'https'])(
    'whose name was rebound to the service gets nothing of any route, over %s',
    async (scheme) => {
      for (const name of ['evil.example', 'localhost.evil.example', 'api.tunneling.iot.evil.example']) {
        for (const [path, args] of ROUTES) {
          const { status, body } = await curl(name, path, args, scheme);
          expect({ name, path, status }).toEqual({ name, path, status: 403 });
          expect(body).toContain(`does not answer to the name '${name}:${port}'`);
          expect(body).toContain('--advertise');
        }
      }
    },
  );

  it('whose name was rebound joins no tunnel with a token, whoever gave it that', async () => {
    const client = await RawClient.connect(port);
    const headers = UPGRADE_HEADERS.filter(([name]) => name !== 'Host');
    client.write(
      upgradeRequest(`/tunnel?local-proxy-mode=source&access-token=${tunnel.sourceAccessToken}`, [
        ['Host', `evil.example:${port}`],
        ['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-3.0'],
        ...headers,
      ]),
    );
    const answer = await client.answer();
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('evil.example');
    expect(answer.headers.get('channel-id')).toBeDefined();
    expect(await program.event('handshake-rejected')).toMatchObject({ status: 403 });
    client.destroy();
  });

  it.each([
    ['its origin', ['-H', 'origin: https://evil.example']],
    ['an origin that hides it', ['-H', 'origin: null']],
    ['the origin of another port of this machine', ['-H', 'origin: http://localhost:3000']],
    ['no origin but a mark of the browser', ['-H', 'sec-fetch-site: cross-site']],
  ])('changes nothing by a simple POST with %s', async (_with, page) => {
    const before = await openTunnels();
    const simple = ['-H', 'content-type: text/plain', ...page];
    for (const [path, body] of [
      ['/things/lamp', '{"attributePayload":{"attributes":{"a":"b"}}}'],
      ['/admin/tunnels', '{}'],
      ['/admin/reset', '{}'],
      ['/', 'Action=GetCallerIdentity'],
    ] as const) {
      const { status } = await curl('localhost', path, [...simple, '--data', body]);
      expect({ path, status }).toEqual({ path, status: 403 });
    }
    const target = call('OpenTunnel', {});
    expect((await curl('localhost', '/', [...page, ...target])).status).toBe(403);
    expect(await openTunnels()).toBe(before);
    expect((await curl('localhost', '/things/lamp')).status).toBe(404);
  });

  it('joins no tunnel with the cookie that the browser keeps for another', async () => {
    const join = async (origin: string) => {
      const client = await RawClient.connect(port);
      client.write(
        upgradeRequest('/tunnel?local-proxy-mode=source', [
          ['Origin', origin],
          ['Cookie', `theme=dark; awsiot-tunnel-token=${tunnel.sourceAccessToken}`],
          ['Sec-WebSocket-Protocol', 'aws.iot.securetunneling-3.0'],
          ...UPGRADE_HEADERS,
        ]),
      );
      const { status } = await client.answer();
      client.destroy();
      return status;
    };
    expect(await join('https://evil.example')).toBe(403);
    expect(await join('null')).toBe(403);
    // The token is still good, and a page of this machine may use it.
    expect(await join('http://localhost:4200')).toBe(101);
  });

  it('is not what asks by an own name: loopback, any address, a name of AWS, an advertised one', async () => {
    for (const name of [
      'localhost',
      'app.localhost',
      'LOCALHOST',
      '127.0.0.1',
      '192.0.2.7',
      'api.tunneling.iot.eu-west-1.amazonaws.com',
      'sts.amazonaws.com',
      'tunnels.example.com',
      'Testbed',
    ]) {
      const { status } = await curl(name, '/', call('ListTunnels', {}));
      expect({ name, status }).toEqual({ name, status: 200 });
      const origin = [
        '-H',
        `origin: http://${name.toLowerCase()}:${port}`,
        '-H',
        'sec-fetch-site: same-origin',
      ];
      expect((await curl(name, '/', [...origin, ...call('ListTunnels', {})])).status).toBe(200);
    }
    expect((await curl('localhost', '/health', ['-H', 'host: [::1]:1'])).status).toBe(200);
    const old = await RawClient.connect(port);
    old.write('GET /health HTTP/1.0\r\n\r\n');
    expect((await old.answer()).status).toBe(200);
    old.destroy();
  });
});

it('a request with two Host headers gets 400', async () => {
  using folder = temporaryFolder();
  await using program = startCli(['serve', '--port', '0', '--state-dir', folder.path, '--json']);
  const { endpoint } = (await program.event('ready')) as never as { endpoint: string };
  const client = await RawClient.connect(Number(endpoint.split(':').at(-1)));
  client.write('GET /health HTTP/1.1\r\nHost: localhost\r\nhost: evil.example\r\n\r\n');
  expect((await client.answer()).status).toBe(400);
  client.destroy();
});
