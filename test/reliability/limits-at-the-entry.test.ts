import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { cpuSeconds } from './support/process.js';

/* What the service is asked to keep, and what a single request may make it work. */

const AWS = {
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': 'IoTSecuredTunneling.OpenTunnel',
};
/** 600 ids of 120 characters: more than one SERVICE_IDS can tell. */
const TOO_LONG = Array.from({ length: 600 }, (_, i) => `${i}-`.padEnd(120, 'x'));
/** 1001 ids of a few characters, which a SERVICE_IDS could tell. */
const TOO_MANY = Array.from({ length: 1001 }, (_, i) => `s${i}`);
const MOST = TOO_MANY.slice(1);

let folder: ReturnType<typeof temporaryFolder>;
let program: RunningProgram;
let endpoint: string;

async function start(args: readonly string[] = []): Promise<void> {
  folder = temporaryFolder();
  const all = ['serve', '--port', '0', '--state-dir', folder.file('state'), '--json', '--log-level', 'error'];
  program = startCli([...all, ...args]);
  endpoint = String((await program.event('ready')).endpoint);
}

async function stop(): Promise<void> {
  await program[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
}

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const init = { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) };
  const answer = await fetch(`http://${endpoint}${path}`, init);
  return { status: answer.status, body: await answer.text() };
}

describe('services that no SERVICE_IDS can tell', () => {
  beforeAll(() => start());
  afterAll(stop);

  it.each([
    ['too long', TOO_LONG, /SERVICE_IDS \(S1\)/],
    ['too many', TOO_MANY, /1000/],
  ])('are refused by OpenTunnel, by a rotation and by the admin API: %s', async (_what, services, reason) => {
    const opened = await post('/', { destinationConfig: { services } }, AWS);
    expect([opened.status, JSON.parse(opened.body).__type]).toEqual([400, 'ValidationException']);
    expect(opened.body).toMatch(reason);

    const { tunnelId } = JSON.parse((await post('/', {}, AWS)).body);
    const rotated = await post(
      '/',
      { tunnelId, clientMode: 'DESTINATION', destinationConfig: { services } },
      { ...AWS, 'x-amz-target': 'IoTSecuredTunneling.RotateTunnelAccessToken' },
    );
    expect([rotated.status, JSON.parse(rotated.body).__type]).toEqual([400, 'ValidationException']);

    const admin = await post('/admin/tunnels', { services });
    expect([admin.status, JSON.parse(admin.body).error]).toEqual([400, 'INVALID_OPTION']);
    expect(admin.body).toMatch(reason);
  });

  it('are refused where a script or a fault is to send them', async () => {
    for (const serviceIds of [TOO_LONG, TOO_MANY]) {
      const script = await post('/admin/handshakes', { serviceIds });
      expect([script.status, JSON.parse(script.body).error]).toEqual([400, 'INVALID_REQUEST']);
      const fault = await post('/admin/faults', { type: 'resend_service_ids', attributes: { serviceIds } });
      expect([fault.status, JSON.parse(fault.body).error]).toEqual([400, 'FAULT_INVALID']);
    }
  });

  it('are refused at the start', async () => {
    const config = folder.file('config.json');
    writeFileSync(config, JSON.stringify({ port: 0, open: TOO_LONG }));
    await using other = startCli(['serve', '--config', config, '--state-dir', folder.file('other')]);
    expect((await other.ended()).code).not.toBe(0);
    expect(other.stderr).toMatch(/SERVICE_IDS \(S1\)/);
  });

  it('are not 1000 of a few characters', async () => {
    expect((await post('/', { destinationConfig: { services: MOST } }, AWS)).status).toBe(200);
    expect((await post('/admin/tunnels', { services: MOST })).status).toBe(201);
    expect((await post('/admin/handshakes', { serviceIds: MOST })).status).toBe(204);
  });

  it('keeps 256 scripts and says so to the next', async () => {
    let status = 204;
    let body = '';
    for (let i = 0; i <= 256 && status === 204; i++) {
      ({ status, body } = await post('/admin/handshakes', { tunnelId: 'none' }));
    }
    expect([status, JSON.parse(body).error]).toEqual([429, 'LIMIT_EXCEEDED']);
  });
});

describe("with AWS's quota of services", () => {
  beforeAll(async () => {
    const config = temporaryFolder();
    writeFileSync(config.file('config.json'), JSON.stringify({ limits: { maxServicesPerTunnel: 3 } }));
    await start(['--config', config.file('config.json')]);
    config[Symbol.dispose]();
  });
  afterAll(stop);

  it('what is over the quota is a LimitExceededException, however much', async () => {
    for (const services of [MOST.slice(0, 4), TOO_LONG]) {
      const { status, body } = await post('/', { destinationConfig: { services } }, AWS);
      expect([status, JSON.parse(body).__type]).toEqual([400, 'LimitExceededException']);
    }
  });
});

describe('a request of a megabyte', () => {
  beforeAll(() => start());
  afterAll(stop);

  const many = <T>(count: number, value: (i: number) => T) =>
    Array.from({ length: count }, (_, i) => value(i));
  const keys = (value: unknown) => Object.fromEntries(many(70_000, (i) => [`k${i}`, value]));
  const target = (name: string) => ({ ...AWS, 'x-amz-target': `IoTSecuredTunneling.${name}` });

  it.each<[string, string, Record<string, string>, unknown]>([
    [
      'services, all different',
      '/',
      AWS,
      { destinationConfig: { services: many(130_000, (i) => i.toString(36)) } },
    ],
    ['services, all wrong', '/', AWS, { destinationConfig: { services: many(250_000, () => '') } }],
    ['tags, all wrong', '/', AWS, { tags: many(40_000, () => ({ key: '', value: '%' })) }],
    [
      'tag keys, all wrong',
      '/',
      target('UntagResource'),
      { resourceArn: 'x', tagKeys: many(250_000, () => '') },
    ],
    ['attributes of a thing', '/things/lamp', {}, { attributePayload: { attributes: keys('') } }],
    ['services by the admin API', '/admin/tunnels', {}, { services: many(130_000, (i) => i.toString(36)) }],
    ['services of no text', '/admin/tunnels', {}, { services: many(330_000, () => 1) }],
    ['unknown members', '/admin/tunnels', {}, keys(1)],
    ['unknown members of a fault', '/admin/faults', {}, keys(1)],
    [
      'sizes of a fault',
      '/admin/faults',
      {},
      { type: 'reframe', attributes: { mode: 'split', sizes: many(330_000, () => -1) } },
    ],
    ['headers of a script', '/admin/handshakes', {}, { headers: keys('a') }],
  ])('is refused in a few lines and little time: %s', async (_what, path, headers, body) => {
    const pid = program.child.pid!;
    const before = cpuSeconds(pid);
    const answer = await post(path, body, headers);
    expect(answer.status).toBe(400);
    expect(answer.body.length).toBeLessThan(4000);
    expect(cpuSeconds(pid) - before).toBeLessThan(1.5);
  });

  it('is told the first ten of what is wrong with it, and how many more there are', async () => {
    const services = many(100, () => '');
    const { body } = await post('/', { destinationConfig: { services } }, AWS);
    const { message } = JSON.parse(body) as { message: string };
    expect(message).toMatch(/^200 validation errors detected: /);
    expect(message.match(/failed to satisfy constraint/g)).toHaveLength(10);
    expect(message).toMatch(/; 190 more$/);
  });
});
