import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, frame, START, send } from '../mock-service/faults/harness.js';
import { startForRaw } from '../support/raw-pair.js';
import { runCli, startCli } from './support/run-cli.js';
import { temporaryFolder } from './support/temporary-folder.js';

let raw: Awaited<ReturnType<typeof startForRaw>>;
const folder = temporaryFolder();
beforeAll(async () => {
  raw = await startForRaw({ seed: 'cli' });
});
afterAll(async () => {
  await raw.stop();
  folder[Symbol.dispose]();
});

const admin = () => ['--admin', `http://127.0.0.1:${raw.service.port}`];

/** Runs a command that must succeed; the JSON lines it wrote. */
async function json(...args: string[]): Promise<Record<string, unknown>[]> {
  const { code, stdout, stderr } = await runCli([...args, ...admin(), '--json']);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('commands that talk to a running service', () => {
  it('tunnels: lists them, for people and for programs', async () => {
    const { tunnel } = await raw.pair();
    expect(await json('tunnels')).toContainEqual(expect.objectContaining({ id: tunnel.id, status: 'OPEN' }));
    const { stdout } = await runCli(['tunnels', ...admin()]);
    expect(stdout).toContain(`${tunnel.id}  OPEN  SSH  source connected, destination connected`);
  });

  it('faults: installs, lists and removes them', async () => {
    const { source, destination, tunnel } = await raw.pair();
    const add = ['faults', 'add', 'drop_frame', 'types=["DATA"]', 'limit=1', '--name', 'gone'];
    const [added] = await json(...add, '--tunnel', tunnel.id.slice(0, 10), '--direction', 'to-destination');
    expect(added).toMatchObject({ name: 'gone', tunnelId: tunnel.id, attributes: { limit: 1, skip: 0 } });
    send(source, frame(START), data('lost'), data('kept'));
    const all = Buffer.concat([frame(START), data('kept')]);
    expect((await destination.bytes(all.length)).bytes.equals(all)).toBe(true);
    expect(await json('faults', 'list')).toEqual([added]);
    expect((await runCli(['faults', 'list', ...admin()])).stdout).toMatch(/^gone {2}drop_frame {2}to dest/);
    await json('faults', 'rm', 'gone');
    expect(await json('faults', 'list')).toEqual([]);
    expect(await json('faults', 'types')).toHaveLength(24);
  });

  it('inject: every action that a session can be told, and handshakes', async () => {
    const { source, destination, tunnel } = await raw.pair();
    const tell = (...words: string[]) => json('inject', tunnel.id.slice(0, 12), 'source', ...words);
    await tell('inject', 'type=DATA', 'streamId=7', 'serviceId=SSH', 'connectionId=1', 'text=hi');
    expect((await source.frame()).payload.equals(data('hi'))).toBe(true);
    await tell('injectBytes', 'hex=00020804', 'messageSizes=[1]');
    expect((await source.bytes(4)).messages).toHaveLength(4);
    await tell('ping', 'hex=12');
    expect((await source.frame()).payload.toString('hex')).toBe('12');
    await tell('sendText', 'text=words');
    expect(await source.frame()).toMatchObject({ opcode: 1 });
    await tell('resetSession');
    await tell('sendServiceIds', 'serviceIds=["X"]');
    await source.bytes(4 + 7);
    await tell('hold');
    send(source, frame(START));
    await destination.frame();
    send(destination, data('held'));
    await tell('release');
    expect((await source.frame()).payload.equals(data('held'))).toBe(true);
    for (const words of [['stopReading'], ['resumeReading'], ['answerPings', 'answers=false']])
      await tell(...words);
    await tell('setReframing', 'reframing={"mode":"split","sizes":[2]}');
    await tell('writeRaw', 'hex=8a00');
    expect(await source.frame()).toMatchObject({ opcode: 10 });
    await tell('handshake', 'status=503', 'times=1');
    expect(raw.service.dataPlane.scripts.list()).toMatchObject([{ status: 503, side: 'source' }]);
    raw.service.dataPlane.scripts.clear();
    await tell('close', 'code=4000', 'reason=enough');
    expect(await source.closeFrame()).toEqual({ code: 4000, reason: 'enough' });
    await json('inject', tunnel.id, 'destination', 'drop');
    await destination.end();
  });

  it('watch: frames as they pass, and the rule that one breaks', async () => {
    const { source, tunnel } = await raw.pair();
    await using watching = startCli(['watch', '--tunnel', tunnel.id, ...admin()]);
    await watching.seen(/following/);
    send(source, frame(START), data('typed'), Buffer.from('00020804', 'hex'));
    await watching.seen(/source → STREAM_START stream 7 SSH connection 1/);
    await watching.seen(/destination ← DATA stream 7 SSH connection 1, 5 bytes "typed"/);
    await watching.seen(/source !! M5 \(MUST\): .*; closed/);
    watching.child.kill('SIGTERM');
    expect(await watching.ended()).toMatchObject({ code: 0 });
  });

  it.each<[string, string[], RegExp]>([
    ['an unknown fault', ['faults', 'add', 'gremlins'], /gremlins.*FAULT_TYPE_UNKNOWN/],
    ['a bad attribute', ['faults', 'add', 'latency', 'latency=soon'], /latency.*FAULT_INVALID/],
    ['a negative time', ['faults', 'add', 'latency', 'latency=-1'], /latency.*FAULT_INVALID/],
    ['an unknown tunnel', ['faults', 'add', 'down', '--tunnel', 'zzz'], /No tunnel.*'zzz'/],
    ['a fault that is not there', ['faults', 'rm', 'ghost'], /ghost.*FAULT_NOT_FOUND/],
    ['nothing to remove', ['faults', 'rm'], /name of a fault, or --all/],
    ['a word that is no field', ['faults', 'add', 'latency', '100'], /'100' is not a field/],
    ['a toxicity of 7', ['faults', 'add', 'down', '--toxicity', '7'], /0 to 1/],
  ])('refuse %s in one line, and the service goes on', async (_what, args, says) => {
    const { code, stderr } = await runCli([...args, ...admin()]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
    expect(stderr.trim()).not.toContain('\n');
    await json('tunnels');
  });

  it('say where no service answers', async () => {
    const { code, stderr } = await runCli(['tunnels', '--admin', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no service answers at http:\/\/127.0.0.1:1.*'serve'/);
  });

  it('bear the admin token', async () => {
    const guarded = await startForRaw({ adminToken: 'only-with-this' });
    try {
      const at = ['tunnels', '--admin', `http://127.0.0.1:${guarded.service.port}`];
      expect((await runCli(at)).stderr).toContain('UNAUTHORIZED');
      expect((await runCli([...at, '--admin-token', 'only-with-this'])).code).toBe(0);
      expect((await runCli(at, { env: { TUNNEL_TESTBED_ADMIN_TOKEN: 'only-with-this' } })).code).toBe(0);
    } finally {
      await guarded.stop();
    }
  });
});

describe('commands that read a capture', () => {
  let file: string;
  beforeAll(async () => {
    file = folder.file('session.jsonl');
    const capture = await raw.service.captures.start({ file });
    const { source, destination, tunnel } = await raw.pair();
    send(source, frame(START), data('recorded'));
    await destination.bytes(frame(START).length + data('recorded').length);
    raw.service.closeTunnel(tunnel.id);
    await capture.stop();
  });

  it('decode: lists it', async () => {
    const { stdout, code } = await runCli(['decode', file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/source → DATA stream 7 SSH connection 1, 8 bytes "recorded"/);
    expect(stdout).toContain('side-connected');
  });

  it('export: makes a pcapng', async () => {
    const out = folder.file('session.pcapng');
    expect((await runCli(['export', file, '--pcapng', out])).stdout).toMatch(/6 frames/);
    expect(readFileSync(out).readUInt32LE(0)).toBe(0x0a0d0d0a);
  });

  it('replay: plays a side to a live service and says where that departs', async () => {
    const { sourceAccessToken, destinationAccessToken } = raw.service.openTunnel({ services: ['SSH'] });
    const destination = await raw.open({ side: 'destination', token: destinationAccessToken });
    await destination.frame();
    const endpoint = ['--endpoint', `ws://127.0.0.1:${raw.service.port}`];
    const play = ['replay', file, '--as', 'source', ...endpoint];
    const { code, stdout, stderr } = await runCli([...play, '--access-token', sourceAccessToken]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('sent 2 frames; 1 came as recorded, 0 did not');
    const all = Buffer.concat([frame(START), data('recorded')]);
    expect((await destination.bytes(all.length)).bytes.equals(all)).toBe(true);
    const other = raw.service.openTunnel({ services: ['HTTP'] });
    const departed = await runCli([...play, '--access-token', other.sourceAccessToken]);
    expect(departed.code).toBe(1);
    expect(departed.stdout).toMatch(/line \d+: expected SERVICE_IDS \[SSH\]; got SERVICE_IDS \[HTTP\]/);
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut in the middle', (text) => text.slice(0, -30), /Line \d+ .*cut.*--partial/],
    ['of a newer version', (text) => text.replace('"version":1', '"version":9'), /Line 1 .*version 9/],
    ['that is none', () => 'GIF89a', /Line 1 .*not a capture/],
    ['with a line broken by hand', (text) => text.replace('"frame":2', '"frame":two'), /Line \d+ .*not JSON/],
  ])('refuse a capture %s, with its line', async (_what, spoil, says) => {
    const bad = folder.file('bad.jsonl');
    writeFileSync(bad, spoil(readFileSync(file, 'utf8')));
    const { code, stderr } = await runCli(['export', bad, '--pcapng', folder.file('none')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });

  it('serve --capture: records from the start, and ends the file in order', async () => {
    const out = folder.file('served.jsonl');
    const state = ['--state-dir', folder.file('state')];
    await using serving = startCli([
      'serve',
      '--port',
      '0',
      '--open',
      'SSH',
      '--capture',
      out,
      '--json',
      ...state,
    ]);
    await serving.event('ready');
    serving.child.kill('SIGTERM');
    await serving.ended();
    const { code, stdout } = await runCli(['decode', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('tunnel-opened');
  });
});
