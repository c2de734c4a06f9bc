import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { run, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

/** The words of a command as printed, for this program, with a free port in place of the usual one. */
function pasted(line: string): { words: string[]; token: string } {
  const [, token = '', rest = ''] =
    /AWSIOT_TUNNEL_ACCESS_TOKEN=(\S+) .*?main\.js (.*)$/.exec(line.trim()) ?? [];
  return { token, words: rest.split(' ').map((word) => word.replace('SSH=5555', 'SSH=0')) };
}

describe('a service that is not called localhost', () => {
  it.each(['127.0.0.2', 'localhost', '0.0.0.0'])(
    'on %s prints commands that its certificate fits',
    async (host) => {
      using folder = temporaryFolder();
      const state = ['--state-dir', folder.file('state')];
      await using service = startCli(['serve', '--host', host, '--port', '0', '--open', 'SSH', ...state]);
      const [line] = await service.seen(/.* source .*\n/);
      const { words, token } = pasted(line!);
      expect(words.join(' ')).toContain(`-e ${host === '0.0.0.0' ? hostname() : host}:`);
      await using source = startCli([...words, '--json'], { env: { AWSIOT_TUNNEL_ACCESS_TOKEN: token } });
      await source.event('ready');
    },
  );

  it('prints the first name that is advertised', async () => {
    using folder = temporaryFolder();
    const state = ['--state-dir', folder.file('state')];
    const names = ['--advertise', 'testbed.localhost,other.example'];
    await using service = startCli(['serve', '--port', '0', '--open', 'SSH', ...names, ...state]);
    const [line] = await service.seen(/.* source .*\n/);
    expect(pasted(line!).words.join(' ')).toMatch(/-e testbed\.localhost:\d+ /);
  });

  it('is asked directly by programs that exec starts', async () => {
    using folder = temporaryFolder();
    const state = ['--state-dir', folder.file('state')];
    await using service = startCli(['serve', '--host', '127.0.0.2', '--port', '0', '--json', ...state]);
    const { endpoint } = await service.event('ready');
    await using asked = startCli([
      ...['exec', '-e', String(endpoint), ...state, '--'],
      ...['curl', '--silent', '--show-error', `https://${endpoint}/admin/health`],
    ]);
    const [answer] = await asked.seen(/.*status.*/, 'stdout');
    expect(JSON.parse(answer!)).toEqual({ status: 'ok' });
  });
});

it('every port that was picked is told: on the terminal, in the ready file, as JSON and by the admin API', async () => {
  using folder = temporaryFolder();
  const readyFile = folder.file('ready.json');
  const ports = ['--port', '0', '--also-listen', '0', '--mqtt-port', '0'];
  const files = ['--state-dir', folder.file('state'), '--ready-file', readyFile];
  await using service = startCli(['serve', '--host', '127.0.0.1', ...ports, ...files]);
  const [, own, also] = await service.seen(/Service on 127\.0\.0\.1:(\d+) .*also on 127\.0\.0\.1:(\d+);/);
  const [, mqtt] = await service.seen(/MQTT broker on 127\.0\.0\.1:(\d+)/);
  const told = {
    addresses: [own, also].map((port) => ({ host: '127.0.0.1', port: Number(port) })),
    mqtt: { host: '127.0.0.1', port: Number(mqtt) },
  };
  expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toMatchObject(told);
  const { stdout } = await run('curl', ['--silent', `http://127.0.0.1:${own}/admin/addresses`]);
  expect(JSON.parse(stdout)).toEqual(told);

  await using other = startCli([
    'serve',
    '--json',
    '--host',
    '127.0.0.1',
    ...ports,
    '--state-dir',
    folder.file('b'),
  ]);
  const { addresses, mqtt: broker } = await other.event('ready');
  expect(addresses).toEqual([
    { host: '127.0.0.1', port: expect.any(Number) },
    { host: '127.0.0.1', port: expect.any(Number) },
  ]);
  expect(broker).toEqual({ host: '127.0.0.1', port: expect.any(Number) });
});
