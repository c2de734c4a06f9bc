import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Authority, openAuthority } from '../../../src/mock-service/certificates/authority.js';
import { Notifier, type NotifierOptions } from '../../../src/mock-service/devices/index.js';
import { AdvanceableClock, EventHub, type ServiceEvent } from '../../../src/mock-service/kit/index.js';
import type { Notification } from '../../../src/mock-service/tunnels/index.js';

const LAMP: Notification = {
  thingName: 'lamp',
  clientAccessToken: 'the-token',
  region: 'us-east-1',
  services: ['SSH', 'HTTP'],
};
const TOPIC = '$aws/things/lamp/tunnels/notify';

let dir: string;
let authority: Authority;
let events: EventHub;
let seen: ServiceEvent[];
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-mqtt-'));
  authority = await openAuthority(dir);
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(() => {
  const clock = new AdvanceableClock();
  events = new EventHub(() => clock.now());
  seen = [];
  events.on('*', (event) => seen.push(event));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(options: Partial<NotifierOptions>): Promise<Notifier> {
  const usual = { host: '127.0.0.1', mqttClientCert: 'optional', advertise: [], handshakeTimeoutMs: 30_000 };
  const notifier = await Notifier.start({ ...usual, authority, events, ...options });
  ends.push(() => notifier.close());
  return notifier;
}

async function device(url: string, options: object = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options });
  client.on('error', () => {});
  ends.push(() => client.endAsync(true));
  await client.subscribeAsync(TOPIC, { qos: 1 });
  return client;
}

const messageTo = (client: MqttClient) =>
  new Promise<[topic: string, payload: Buffer, packet: object]>((resolve) =>
    client.once('message', (...message) => resolve(message)),
  );

const event = (name: ServiceEvent['event']) =>
  new Promise<ServiceEvent>((resolve) => events.on(name, (one) => resolve(one)));

describe('the embedded broker', () => {
  it('carries the notification to the thing, at QoS 1 and not retained', async () => {
    const notifier = await start({ mqttPort: 0 });
    const lamp = await device(`mqtt://127.0.0.1:${notifier.broker?.port}`);
    const arrived = messageTo(lamp);
    await notifier.publish(LAMP, 'tunnel-1');
    const [topic, payload, packet] = await arrived;
    expect(topic).toBe(TOPIC);
    expect(JSON.parse(`${payload}`)).toEqual({
      clientAccessToken: 'the-token',
      clientMode: 'destination',
      region: 'us-east-1',
      services: ['SSH', 'HTTP'],
    });
    expect(packet).toMatchObject({ qos: 1, retain: false });
  });

  it('speaks TLS on the same port, with a certificate of the CA', async () => {
    const notifier = await start({ mqttPort: 0 });
    const lamp = await device(`mqtts://localhost:${notifier.broker?.port}`, {
      ca: authority.caPem,
      family: 4,
    });
    const arrived = messageTo(lamp);
    await notifier.publish(LAMP);
    expect((await arrived)[0]).toBe(TOPIC);
  });

  it('tells of it in an event that holds no token', async () => {
    const notifier = await start({ mqttPort: 0 });
    const told = event('device-notified');
    notifier.tell(LAMP, 'tunnel-1');
    expect(await told).toMatchObject({ thingName: 'lamp', tunnelId: 'tunnel-1', services: ['SSH', 'HTTP'] });
    expect(JSON.stringify(seen)).not.toContain('the-token');
  });

  it('drops a client whose packet is too long or malformed, and serves the others', async () => {
    const notifier = await start({ mqttPort: 0 });
    const { port } = notifier.broker!;
    const hello = Buffer.from('100c00044d5154540402003c0000', 'hex');
    for (const bad of ['30ffff7f', '30ffffffff7f', 'ffffffff', '0000']) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.resume().write(Buffer.concat([hello, Buffer.from(bad, 'hex')]));
      await once(socket, 'close');
    }
    const lamp = await device(`mqtt://127.0.0.1:${port}`);
    const arrived = messageTo(lamp);
    await notifier.publish(LAMP);
    await arrived;
  });

  it('keeps nothing retained', async () => {
    const notifier = await start({ mqttPort: 0 });
    const url = `mqtt://127.0.0.1:${notifier.broker?.port}`;
    const first = await device(url);
    await first.publishAsync(TOPIC, 'old', { qos: 1, retain: true });
    const second = await device(url);
    const arrived = messageTo(second);
    await notifier.publish(LAMP);
    expect(`${(await arrived)[1]}`).toContain('the-token');
  });

  it('says so where its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    await expect(start({ mqttPort: port })).rejects.toMatchObject({ code: 'CANNOT_LISTEN' });
    taken.close();
  });
});

describe('an outside broker', () => {
  it('carries the notification', async () => {
    const broker = (await start({ mqttPort: 0 })).broker!;
    const lamp = await device(`mqtt://127.0.0.1:${broker.port}`);
    const notifier = await start({ mqttUrl: `mqtt://127.0.0.1:${broker.port}` });
    const arrived = messageTo(lamp);
    await notifier.publish(LAMP);
    expect((await arrived)[0]).toBe(TOPIC);
  });

  it('that is down is reported without its password, and at most maxQueued notifications wait for it', async () => {
    const port = await freePort();
    const failed = event('notification-failed');
    const notifier = await start({ mqttUrl: `mqtt://user:secret@127.0.0.1:${port}`, maxQueued: 1 });
    expect(await failed).toMatchObject({ reason: expect.stringContaining(`127.0.0.1:${port}`) });
    notifier.tell(LAMP, 'tunnel-1');
    await expect(notifier.publish(LAMP, 'tunnel-2')).rejects.toThrow('1 notifications wait');
    expect(seen).toContainEqual(
      expect.objectContaining({ event: 'notification-failed', tunnelId: 'tunnel-2' }),
    );
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it('that comes up late gets what waited', async () => {
    const port = await freePort();
    const failed = event('notification-failed');
    const notifier = await start({ mqttUrl: `mqtt://127.0.0.1:${port}` });
    await failed;
    const published = notifier.publish(LAMP);
    await start({ mqttPort: port });
    await published;
  });

  it.each(['localhost:1883', 'http://localhost', ''])('cannot be %j', async (mqttUrl) => {
    await expect(start({ mqttUrl })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

it('without a broker, the library call says what to do and an opened tunnel is told to nobody', async () => {
  const notifier = await start({});
  await expect(notifier.publish(LAMP)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  notifier.tell(LAMP, 'tunnel-1');
  expect(seen).toEqual([]);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
