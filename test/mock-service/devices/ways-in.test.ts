import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import WebSocket, { createWebSocketStream } from 'ws';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { describeWithPrograms } from '../../support/real-program.js';
import { within } from '../../support/within.js';
import { Spoken, subscribing } from './support/spoken.js';

/* Every way in which a device joins the broker, on its own port and on the service's. */

const TOPIC = '$aws/things/lamp/tunnels/notify';

let dir: string;
let service: StartedMockService;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-ways-'));
  service = await startMockService({ stateDir: dir, mqttPort: 0 });
});
afterAll(async () => {
  await service.stop();
  await rm(dir, { recursive: true });
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const portOf = { broker: () => service.mqtt!.port, service: () => service.port };
type Where = keyof typeof portOf;

async function device(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const tls = { rejectUnauthorized: false };
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...tls, ...options }, false);
  client.on('error', () => undefined);
  ends.push(() => client.endAsync(true));
  return client;
}

const messageTo = (client: MqttClient) =>
  within(
    new Promise<string>((resolve) => client.once('message', (_topic, bytes) => resolve(`${bytes}`))),
    'a message',
  );

async function expectTold(client: MqttClient): Promise<void> {
  await client.subscribeAsync(TOPIC, { qos: 1 });
  const told = messageTo(client);
  const { destinationAccessToken } = service.openTunnel({ services: ['SSH'], thingName: 'lamp' });
  expect(JSON.parse(await told)).toMatchObject({ clientAccessToken: destinationAccessToken });
}

describeWithPrograms({ openssl: 'openssl', stdbuf: 'coreutils' }, 'TLS, as openssl sees it', () => {
  const openssl = (where: Where, alpn: string) => {
    const to = ['-connect', `localhost:${portOf[where]()}`, '-CAfile', service.caPath, '-alpn', alpn];
    const program = new Spoken('openssl', ['s_client', ...to]);
    ends.push(() => program.end());
    return program;
  };

  it.each<[Where, string]>([
    ['broker', 'x-amzn-mqtt-ca'],
    ['broker', 'mqtt'],
    ['broker', 'http/1.1'],
    ['service', 'x-amzn-mqtt-ca'],
    ['service', 'http/1.1'],
  ])("the %s's port offers %s by ALPN, with a certificate of the CA", async (where, alpn) => {
    expect(await openssl(where, alpn).says(/Verify return code: 0/)).toContain(`ALPN protocol: ${alpn}`);
  });

  it.each<Where>(['broker', 'service'])("the %s's port refuses other names with alert 120", async (where) => {
    await openssl(where, 'smtp').says(/SSL alert number 120/);
  });
});

describeWithPrograms(
  { mosquitto_sub: 'mosquitto-clients', stdbuf: 'coreutils' },
  "mosquitto's client, in both versions of MQTT",
  () => {
    const ways: [Where, string, (ca: string) => string[]][] = [
      ['broker', 'plain', () => []],
      ['broker', 'TLS', (ca) => ['--cafile', ca]],
      ['broker', 'TLS and ALPN', (ca) => ['--cafile', ca, '--tls-alpn', 'x-amzn-mqtt-ca']],
      ['service', 'plain', () => []],
      ['service', 'TLS', (ca) => ['--cafile', ca]],
      ['service', 'TLS and ALPN', (ca) => ['--cafile', ca, '--tls-alpn', 'x-amzn-mqtt-ca']],
    ];
    it('is told of a tunnel on either port, plain, over TLS, and with ALPN', async () => {
      const lamps = ways.flatMap(([where, , tls]) =>
        ['mqttv311', 'mqttv5'].map((version) => {
          const args = [...tls(service.caPath), '-V', version, '-C', '1'];
          const lamp = new Spoken('mosquitto_sub', subscribing(portOf[where](), TOPIC, args));
          ends.push(() => lamp.end());
          return lamp;
        }),
      );
      await Promise.all(lamps.map((lamp) => lamp.says(/SUBACK/)));
      const { destinationAccessToken } = service.openTunnel({ services: ['SSH'], thingName: 'lamp' });
      for (const lamp of lamps) expect(await lamp.says(/got .*\n/)).toContain(destinationAccessToken);
    });
  },
);

describe('MQTT over WebSocket', () => {
  it.each<[Where, string, 4 | 5]>([
    ['broker', 'wss', 5],
    ['broker', 'ws', 4],
    ['service', 'wss', 4],
    ['service', 'ws', 5],
  ])("is on the %s's port, over %s, in version %i", async (where, scheme, protocolVersion) => {
    const url = `${scheme}://localhost:${portOf[where]()}/mqtt`;
    await expectTold(await device(url, { protocolVersion }));
  });

  it.each<[string, string, WebSocket.ClientOptions & { protocol?: string }, number]>([
    ['another path', '/other', {}, 404],
    ['another name', '/mqtt', { headers: { host: 'evil.example' } }, 403],
    ['a page of another site', '/mqtt', { origin: 'https://evil.example' }, 403],
    ['no subprotocol', '/mqtt', { protocol: 'chat' }, 400],
  ])('%s is refused', async (_what, path, { protocol = 'mqtt', ...options }, status) => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf.broker()}${path}`, protocol, options);
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(status);
    socket.terminate();
  });

  it('a page of this machine may connect', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf.broker()}/mqtt`, 'mqtt', {
      origin: 'http://localhost:5173',
    });
    await once(socket, 'open');
    expect(socket.protocol).toBe('mqtt');
    socket.terminate();
  });

  it.each([
    ['text', (socket: WebSocket) => socket.send('text'), 1003],
    ['a message over the limit', (socket: WebSocket) => socket.send(Buffer.alloc(140_000)), 1009],
  ])('%s ends it', async (_what, act, code) => {
    const socket = new WebSocket(`ws://127.0.0.1:${portOf.broker()}/mqtt`, 'mqtt');
    await once(socket, 'open');
    act(socket);
    expect((await once(socket, 'close'))[0]).toBe(code);
  });
});

describe('a packet over the limit', () => {
  const hello = Buffer.from('100d00044d5154540502003c000000', 'hex');
  const tooLong = Buffer.from('30ffff7f', 'hex');
  const tls = (port: number, protocols?: string[]) =>
    connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: protocols });
  it.each<[string, () => Duplex]>([
    ['plain', () => connect(portOf.broker(), '127.0.0.1')],
    ['over TLS', () => tls(portOf.broker(), ['mqtt'])],
    ['plain, through the service', () => connect(portOf.service(), '127.0.0.1')],
    ['over TLS, through the service', () => tls(portOf.service())],
    ['over TLS with ALPN, through the service', () => tls(portOf.service(), ['x-amzn-mqtt-ca'])],
    [
      'over WebSocket, through the service',
      () => createWebSocketStream(new WebSocket(`ws://127.0.0.1:${portOf.service()}/mqtt`, 'mqtt')),
    ],
  ])('%s: is told so, and ends the connection', async (_way, open) => {
    const connection = open();
    connection.on('error', () => undefined);
    connection.write(hello);
    const [connack] = (await once(connection, 'data')) as [Buffer];
    expect(connack[0]).toBe(0x20);
    connection.write(tooLong);
    // DISCONNECT with 'packet too large'
    expect((await buffer(connection)).toString('hex')).toMatch(/^e0..95/);
    connection.destroy();
  });
});

describe('sessions of MQTT 5', () => {
  const id = { protocolVersion: 5, clientId: 'away' } as const;
  const join = (clean: boolean, sessionExpiryInterval: number) =>
    device(`mqtt://127.0.0.1:${portOf.broker()}`, { ...id, clean, properties: { sessionExpiryInterval } });
  const leave = (client: MqttClient) => client.endAsync();
  /** Whether the broker goes on with a session of that device. */
  const isKept = () => goesOn(false);
  const goesOn = (clean: boolean) =>
    new Promise<boolean>((resolve, reject) => {
      const properties = { sessionExpiryInterval: 100 };
      const url = `mqtt://127.0.0.1:${portOf.broker()}`;
      const client = mqtt.connect(url, { ...id, clean, properties, reconnectPeriod: 0 });
      client.once('error', reject);
      client.once('connect', ({ sessionPresent }) => client.end(false, {}, () => resolve(sessionPresent)));
    });

  it('live as long as their device wants, and begin anew where it wants that', async () => {
    const first = await join(true, 100);
    await first.subscribeAsync('news', { qos: 1 });
    await leave(first);
    expect(await isKept()).toBe(true);
    expect(await goesOn(true)).toBe(false);
    expect(await isKept()).toBe(false);
    const second = await join(false, 0);
    await second.subscribeAsync('news', { qos: 1 });
    await leave(second);
    await expect.poll(isKept).toBe(false);
  });

  it('a device whose place is taken by another of its name is told so', async () => {
    const first = await join(true, 0);
    const told = new Promise((resolve) => first.once('disconnect', resolve));
    await join(true, 0);
    expect(await within(told, 'DISCONNECT')).toMatchObject({ reasonCode: 0x8e });
  });
});

describe('a service without a broker', () => {
  let bare: StartedMockService;
  beforeAll(async () => {
    bare = await startMockService({ stateDir: dir });
  });
  afterAll(() => bare.stop());

  it.each([
    ['3.1.1', '100c00044d5154540402003c0000', '20020003'],
    ['5', '100d00044d5154540502003c000000', '2003008800'],
  ])('refuses MQTT %s in its own words', async (_version, connectPacket, connack) => {
    const socket = connect(bare.port, '127.0.0.1');
    socket.write(Buffer.from(connectPacket, 'hex'));
    expect((await buffer(socket)).toString('hex')).toBe(connack);
  });

  it('says over WebSocket what to start it with', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${bare.port}/mqtt`, 'mqtt');
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, NodeJS.ReadableStream];
    expect(`${await buffer(response as never)}`).toContain('--mqtt-port');
  });
});
