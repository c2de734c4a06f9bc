import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { MAIN, runCli, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

const TOKEN = 'SECRET-TOKEN-OF-THE-TEST';
const env = { AWSIOT_TUNNEL_ACCESS_TOKEN: TOKEN };
const folder = temporaryFolder();
const file = (name: string, content: string): string => {
  writeFileSync(folder.file(name), content);
  return folder.file(name);
};
afterAll(() => folder[Symbol.dispose]());

type Run = (args: readonly string[]) => Promise<number>;

/** What is wrong; the arguments; the exit status; what the one line says. */
type Row = readonly [what: string, args: readonly string[], status: number, says: RegExp];

const wrongUsage: readonly Row[] = [
  ['an unknown command', ['frobnicate'], 2, /unknown command 'frobnicate'/],
  ['an unknown option', ['source', `--acess-token=${TOKEN}`], 2, /unknown option '--acess-token'/],
  ['an unknown short option', ['source', `-Z${TOKEN}`], 2, /unknown option '-Z'/],
  ['an option without its value', ['source', '-e'], 2, /-e, --proxy-endpoint/],
  [
    'an option given twice',
    ['source', '-t', TOKEN, '-t', TOKEN],
    2,
    /'--access-token' is given more than once/,
  ],
  ['a client version that is none', ['verify', 'x.yaml', '--version', 'V9'], 2, /'V9' is invalid/],
  ['an argument too many', ['source', 'x'], 2, /too many arguments/],
  ['neither endpoint nor region', ['source'], 2, /neither --proxy-endpoint nor --region/],
  ['both endpoint and region', ['source', '-e', 'h:1', '-r', 'us-east-1'], 2, /both given; give one/],
  ['an endpoint that is none', ['source', '-e', 'ftp://h'], 2, /'ftp:\/\/h'.*scheme/],
  ['a region that is none', ['source', '-r', 'US_EAST'], 2, /'US_EAST'.*region/],
  ['a mapping that is none', ['source', '-e', 'h:1', '-s', '5x5'], 2, /--source-listen-port '5x5'/],
  ['a port out of range', ['destination', '-e', 'h:1', '-d', 'SSH=70000'], 2, /--destination-app '70000'/],
  ['a destination without a mapping', ['destination', '-e', 'h:1'], 2, /--destination-app is required/],
  ["the other side's option", ['source', '-e', 'h:1', '-d', '22'], 2, /--destination-app is for/],
  ["the other side's mode", ['source', '-e', 'h:1', '-m', 'dst'], 2, /--mode 'dst' does not fit/],
  ['an unknown mode', ['source', '-e', 'h:1', '-m', 'SRC'], 2, /--mode 'SRC' is not known/],
  ['an unknown format', ['source', '-e', 'h:1', '-y', 'V9'], 2, /--destination-client-type 'V9'/],
  ['a verbosity that is none', ['source', '-v', 'loud'], 2, /'-v, --verbose <level>' argument 'loud'/],
  ['a client token too short', ['source', '-e', 'h:1', '-i', 'short'], 2, /clientToken must be 32 to 128/],
  [
    'a CA that is not there',
    ['source', '-e', 'h:1', '--ca', '/nowhere/ca.pem'],
    2,
    /'\/nowhere\/ca.pem' cannot be read/,
  ],
  [
    'a CA folder that is not there',
    ['source', '-e', 'h:1', '-c', '/nowhere'],
    2,
    /'\/nowhere' cannot be read/,
  ],
  [
    'a CA that is none',
    ['source', '-e', 'h:1', '--ca', file('not-ca', 'x')],
    2,
    /holds no valid certificate/,
  ],
  [
    'a file that is not there',
    ['source', '--config', '/nowhere/c.ini'],
    2,
    /--config '\/nowhere\/c.ini' cannot be read/,
  ],
  ['a folder for a file', ['source', '--config', folder.path], 2, /--config .* cannot be read: EISDIR/],
  [
    'a file with an unknown option',
    ['source', '--config', file('bad.ini', `token = ${TOKEN}\n`)],
    2,
    /bad.ini' line 1: 'token' is not an option/,
  ],
  [
    'settings that are not JSON',
    ['source', '-e', 'h:1', '--settings-json', file('bad.json', '{')],
    2,
    /--settings-json .* is not JSON/,
  ],
  [
    'a setting that is no number',
    [
      ...['source', '-e', 'h:1', '--settings-json'],
      file('nan.json', '{"tunneling":{"proxy":{"websocket":{"ping_period_ms":"often"}}}}'),
    ],
    2,
    /websocket.ping_period_ms must be a whole number/,
  ],
  ['an empty mapping folder', ['source', '-e', 'h:1', '--config-dir', empty()], 2, /--config-dir .* empty/],
  ['a service port out of range', ['serve', '--port', '99999'], 2, /'port' is not valid/],
  ['a service port that is none', ['serve', '--port', 'http'], 2, /'--port <port>' argument 'http'/],
  [
    'an enforcement that is none',
    ['serve', '--port', '0', '--enforce', 'maybe'],
    2,
    /'enforce' is not valid/,
  ],
  [
    'a re-framing that is none',
    ['serve', '--port', '0', '--reframe', 'shuffle'],
    2,
    /'reframing.*' is not valid/,
  ],
  ['a log level that is none', ['serve', '--port', '0', '--log-level', 'loud'], 2, /'logLevel' is not valid/],
  ['a service name that is none', ['serve', '--port', '0', '--open', 'a b'], 2, /service 'a b' is not valid/],
  ['a configuration with an unknown option', ['serve', '--config', file('s.yaml', 'prot: 1\n')], 2, /prot/],
  [
    'a configuration that is no YAML',
    ['serve', '--config', file('t.yaml', 'a: [')],
    2,
    /t.yaml' is not YAML/,
  ],
  ['a configuration that is no JSON', ['serve', '--config', file('t.json', '{')], 2, /t.json' is not JSON/],
  [
    'a ready file that cannot be written',
    ['serve', '--port', '0', '--ready-file', '/nowhere/r'],
    2,
    /--ready-file/,
  ],
  ['a demo port that is none', ['demo', '--ssh-port', '70000'], 2, /'--ssh-port <port>' argument '70000'/],
  ['hex that is none', ['decode', 'xyz'], 2, /'xyz' is neither a file nor hex/],
  ['hex with half a byte', ['decode', '000'], 2, /odd number of digits/],
  ['a folder to decode', ['decode', folder.path], 2, /cannot be read: EISDIR/],
];

const failures: readonly Row[] = [
  [
    'a name that is not known',
    ['source', '-e', 'nowhere.invalid:1'],
    1,
    /wss:\/\/nowhere.invalid:1 .*ENOTFOUND/,
  ],
  ['a connection refused', ['source', '-e', '127.0.0.1:1'], 1, /wss:\/\/127.0.0.1:1 .*ECONNREFUSED/],
  [
    'a connection refused to connect',
    ['connect', '-e', 'ws://127.0.0.1:1'],
    1,
    /ws:\/\/127.0.0.1:1 .*ECONNREFUSED/,
  ],
  ['bytes that are no frame', ['decode', '0003ffffff'], 1, /not valid frames/],
];

/** Exactly one line, the command first; no stack and no token in it. */
function expectOneLine(
  result: { code: number | null; stdout: string; stderr: string },
  status: number,
  says: RegExp,
) {
  expect(result.stderr).toMatch(/^tunnel-testbed[^\n]*: [^\n]+\n$/);
  expect(result.stderr).toMatch(says);
  expect(result.stderr + result.stdout).not.toContain(TOKEN);
  expect(result.code).toBe(status);
}

describe('bad input gives one line that names it, and an exit status', () => {
  // In this process: what starts nothing need not cost a process each.
  test.each(wrongUsage)('%s', async (_what, args, status, says) => {
    const { run } = (await import(new URL('./run.js', `file://${MAIN}`).href)) as { run: Run };
    const written: string[] = [];
    const stderr = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
    vi.stubEnv('AWSIOT_TUNNEL_ACCESS_TOKEN', TOKEN);
    try {
      const code = await run(args);
      expectOneLine({ code, stdout: '', stderr: written.join('') }, status, says);
    } finally {
      stderr.mockRestore();
      vi.unstubAllEnvs();
    }
  });

  test.concurrent.each(failures)('%s', async (_what, args, status, says) => {
    expectOneLine(await runCli(args, { env }), status, says);
  });

  test('no access token', async () => {
    expectOneLine(await runCli(['source', '-e', 'h:1']), 2, /set AWSIOT_TUNNEL_ACCESS_TOKEN/);
  });

  test('a file that cannot be read', async () => {
    // A folder: what root may read like everybody else, unlike a file without permissions.
    const path = file('folder.ini', '');
    rmSync(path);
    mkdirSync(path);
    expectOneLine(
      await runCli(['source', '--config', path], { env }),
      2,
      /folder.ini' cannot be read: EISDIR/,
    );
  });

  test('a stack only with -v 6', async () => {
    const result = await runCli(['source', '-e', '127.0.0.1:1', '-v', '6'], { env });
    expect(result.stderr).toMatch(/\n {4}at /);
    expect(result.stderr).not.toContain(TOKEN);
  });
});

describe('a port in use', () => {
  let server: Server;
  let port: number;
  beforeAll(async () => {
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => void server.close());

  test('by the service is named', async () => {
    const args = ['serve', '--port', String(port), '--state-dir', folder.file('state')];
    expectOneLine(await runCli(args), 1, new RegExp(`port ${port}.*in use`));
  });

  test('by a source proxy is named', async () => {
    await using service = startCli(serveArgs('seed-1'));
    const { endpoint, caPath, tunnels } = (await service.event('ready')) as never as Ready;
    const args = ['source', '-e', endpoint, '--ca', caPath, '-s', `SSH=${port}`, '-v', '0'];
    const token = { AWSIOT_TUNNEL_ACCESS_TOKEN: tunnels[0]!.sourceAccessToken };
    const result = await runCli(args, { env: token });
    expectOneLine(result, 1, new RegExp(`127.0.0.1:${port}`));
    expect(result.stderr).not.toContain(tunnels[0]!.sourceAccessToken);
  });
});

test('a handshake that is rejected says why, and is not tried again', async () => {
  await using service = startCli(serveArgs('seed-2'));
  const { endpoint, caPath } = (await service.event('ready')) as never as Ready;
  const result = await runCli(['source', '-e', endpoint, '--ca', caPath, '-v', '0'], { env });
  expectOneLine(result, 1, /403.*Invalid access-token/i);
  expect(service.stdout.match(/handshake-rejected/g)).toHaveLength(1);
});

test('a certificate that is not trusted is named', async () => {
  await using service = startCli(serveArgs('seed-3'));
  const { endpoint } = (await service.event('ready')) as never as Ready;
  const result = await runCli(['source', '-e', endpoint, '-v', '0'], { env });
  expectOneLine(result, 1, new RegExp(`wss://${endpoint}`));
});

interface Ready {
  readonly endpoint: string;
  readonly caPath: string;
  readonly tunnels: readonly { readonly sourceAccessToken: string }[];
}

function serveArgs(seed: string): string[] {
  return [
    'serve',
    '--port',
    '0',
    '--open',
    'SSH',
    '--seed',
    seed,
    '--state-dir',
    folder.file('state'),
    '--json',
  ];
}

function empty(): string {
  mkdirSync(folder.file('empty'));
  return folder.file('empty');
}
