import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import mqtt from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AgentOptions, connectToService, startAgent } from '../../../src/clients/index.js';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';

let dir: string;
let service: StartedMockService;
let greeter: Server;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-agent-'));
  service = await startMockService({ stateDir: dir, mqttPort: 0 });
  greeter = createServer((socket) => socket.end('hello from the device')).listen(0, '127.0.0.1');
  await once(greeter, 'listening');
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await service.stop();
  greeter.close();
  await rm(dir, { recursive: true });
});

const mqttUrl = () => `mqtt://127.0.0.1:${service.mqtt?.port}`;

/** What the agent has told; `next` waits for one that was not awaited before. */
function notes() {
  const told: string[] = [];
  const waiting: ((note: string) => void)[] = [];
  const add = (note: string) => {
    const waiter = waiting.shift();
    if (waiter === undefined) told.push(note);
    else waiter(note);
  };
  const next = () =>
    new Promise<string>((resolve, reject) => {
      const known = told.shift();
      if (known !== undefined) return resolve(known);
      const timer = setTimeout(() => reject(new Error('The agent told nothing for 20 s')), 20_000);
      waiting.push((note) => {
        clearTimeout(timer);
        resolve(note);
      });
    });
  const on = {
    serving: (services: readonly string[], region: string) => add(`serving ${services} of ${region}`),
    ended: ({ kind }: { kind: string }) => add(`ended ${kind}`),
    failed: (reason: string) => add(`failed ${reason}`),
  };
  return { next, on };
}

async function start(options: Partial<AgentOptions> = {}) {
  const { next, on } = notes();
  const agent = await startAgent({
    thingName: 'lamp',
    mqttUrl: mqttUrl(),
    endpoint: `ws://${service.endpoint}`,
    services: { SSH: (greeter.address() as AddressInfo).port },
    on,
    ...options,
  });
  ends.push(() => agent.stop());
  return { agent, next };
}

const open = () => service.openTunnel({ services: ['SSH'], thingName: 'lamp' });
const greeting = async (accessToken: string) => {
  const stream = await connectToService({
    endpoint: `ws://${service.endpoint}`,
    accessToken,
    service: 'SSH',
  });
  // What is read to its end is still open for writing, and would tell of the service's stop by an error.
  return text(stream).finally(() => stream.destroy());
};

describe('an agent', () => {
  it('serves a tunnel that is opened for its thing', async () => {
    const { next } = await start();
    const { sourceAccessToken } = open();
    expect(await next()).toBe('serving SSH of us-east-1');
    expect(await greeting(sourceAccessToken)).toBe('hello from the device');
  });

  it('serves several at once, up to its limit, and forgets those that end', async () => {
    const { agent, next } = await start({ maxTunnels: 2 });
    const opened = [open(), open()];
    await Promise.all([next(), next()]);
    for (const { sourceAccessToken } of opened) {
      expect(await greeting(sourceAccessToken)).toBe('hello from the device');
    }
    open();
    expect(await next()).toMatch(/^failed .*2 tunnels are served already/);
    service.closeTunnel(opened[0]!.tunnel.id);
    expect(await next()).toBe('ended tunnel-closed');
    open();
    expect(await next()).toBe('serving SSH of us-east-1');
    expect(agent.tunnels).toBe(2);
  });

  it('follows a rotation: the new token is served and the old proxy ends', async () => {
    const { agent, next } = await start();
    const { tunnel, sourceAccessToken } = open();
    await next();
    service.rotateTokens(tunnel.id, ['destination'], { services: ['SSH'] });
    const both = [await next(), await next()].sort();
    expect(both).toEqual(['ended rejected', 'serving SSH of us-east-1']);
    expect(await greeting(sourceAccessToken)).toBe('hello from the device');
    expect(agent.tunnels).toBe(1);
  });

  it('serves a notification that is delivered twice once, and passes over what is none', async () => {
    const { agent, next } = await start();
    const publisher = await mqtt.connectAsync(mqttUrl());
    ends.push(() => publisher.endAsync(true));
    const topic = '$aws/things/lamp/tunnels/notify';
    await publisher.publishAsync(topic, '{"clientMode":"source"}', { qos: 1 });
    expect(await next()).toBe('failed a notification was passed over: its clientMode is not destination');
    const { destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
    const message = {
      clientAccessToken: destinationAccessToken,
      clientMode: 'destination',
      region: 'us-east-1',
    };
    for (let i = 0; i < 2; i += 1) await publisher.publishAsync(topic, JSON.stringify(message), { qos: 1 });
    expect(await next()).toBe('serving  of us-east-1');
    expect(agent.tunnels).toBe(1);
  });

  it('says why a tunnel could not be served, without its token', async () => {
    const { agent, next } = await start();
    await service.notify({
      thingName: 'lamp',
      clientAccessToken: 'unknown',
      region: 'us-east-1',
      services: [],
    });
    const note = await next();
    expect(note).toMatch(/^failed a tunnel could not be served: .*403/);
    expect(note).not.toContain('unknown');
    expect(agent.tunnels).toBe(0);
  });

  it('stops its proxies when it stops', async () => {
    const { agent, next } = await start();
    const { tunnel } = open();
    await next();
    await agent.stop();
    expect(agent.tunnels).toBe(0);
    expect(await next()).toBe('ended stopped');
    expect(service.tunnels.get(tunnel.id)?.sideState('destination').status).toBe('DISCONNECTED');
  });

  it('hears over TLS with the CA', async () => {
    const { next } = await start({
      mqttUrl: `mqtts://localhost:${service.mqtt?.port}`,
      mqttCa: service.caPath,
    });
    open();
    expect(await next()).toBe('serving SSH of us-east-1');
  });

  it('comes back to a broker that was lost, after waits that grow and are random', async () => {
    const waits: { ms: number; run: () => void }[] = [];
    const clock = {
      now: () => performance.now(),
      after: (ms: number, run: () => void) => {
        waits.push({ ms, run });
        return { cancel: () => undefined };
      },
    };
    const broker = await startMockService({ stateDir: dir, mqttPort: 0 });
    const { port } = broker.mqtt!;
    const { next } = await start({ mqttUrl: `mqtt://127.0.0.1:${port}`, clock, random: () => 1 });
    await broker.stop();
    expect(await next()).toBe('failed the broker was lost; next try in 1000 ms');
    waits.at(-1)!.run();
    expect(await next()).toMatch(/^failed the broker: .*ECONNREFUSED/);
    expect(await next()).toBe('failed the broker was lost; next try in 2000 ms');
    const again = await startMockService({ stateDir: dir, mqttPort: port });
    ends.push(() => again.stop());
    waits.at(-1)!.run();
    // Nothing tells when the agent is subscribed again, but that it hears.
    const unknown = { thingName: 'lamp', clientAccessToken: 'unknown', region: 'us-east-1', services: [] };
    const ask = setInterval(() => void again.notify(unknown), 50);
    ends.push(() => clearInterval(ask));
    expect(await next()).toMatch(/^failed a tunnel could not be served/);
    clearInterval(ask);
    expect(waits.map(({ ms }) => ms)).toEqual(expect.arrayContaining([1000, 2000]));
  });

  it.each([
    [{ thingName: 'a b' }, 'INVALID_OPTION'],
    [{ mqttUrl: 'http://localhost' }, 'INVALID_OPTION'],
    [{ mqttUrl: 'mqtt://127.0.0.1:1' }, 'ENDPOINT_UNREACHABLE'],
    [{ mqttCa: '/nowhere' }, 'CA_UNREADABLE'],
    [{ mqttCert: 'lamp.pem' }, 'INVALID_OPTION'],
    [{ mqttCert: 'lamp.pem', mqttKey: 'lamp-key.pem' }, 'INVALID_OPTION'],
    [{ mqttUrl: 'mqtts://localhost:1', mqttCert: '/nowhere', mqttKey: '/nowhere' }, 'INVALID_OPTION'],
    [{ mqttClientId: 'x'.repeat(129) }, 'INVALID_OPTION'],
    [{ maxTunnels: 0 }, 'INVALID_OPTION'],
  ])('does not start with %j', async (options, code) => {
    await expect(start(options)).rejects.toMatchObject({ code });
  });
});
