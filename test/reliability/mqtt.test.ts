import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../src/scenario-runner/trial/free-port.js';
import { type RunningProgram, startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { within } from '../support/within.js';
import { LONGEST_STOP_MS, peakMegabytes, stopTime } from './support/process.js';

/* What devices, or whoever reaches the broker's port, can do to the service whose tunnels they are told of. */

const MOST_MEGABYTES = 400;
const TOPIC = '$aws/things/lamp/tunnels/notify';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function serve(): Promise<{ service: RunningProgram; endpoint: string; url: string; port: number }> {
  const folder = temporaryFolder();
  undo.push(() => folder[Symbol.dispose]());
  const port = await freePort();
  const service = startCli([
    ...['serve', '--port', '0', '--state-dir', folder.file('state'), '--mqtt-port', String(port), '--json'],
  ]);
  undo.push(() => service[Symbol.asyncDispose]());
  const { endpoint } = await service.event('ready');
  return { service, endpoint: endpoint as string, url: `mqtt://127.0.0.1:${port}`, port };
}

async function device(url: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options }, false);
  client.on('error', () => undefined);
  undo.push(() => client.endAsync(true));
  return client;
}

/** The first value with which an event comes. */
function heard(client: MqttClient, event: 'message' | 'connect' | 'close'): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve));
}

/** A subscriber of everything that reads nothing once it is subscribed. */
async function deafSubscriber(port: number): Promise<Socket> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined);
  undo.push(() => socket.destroy());
  await once(socket, 'connect');
  const id = Buffer.from('deaf');
  const variable = Buffer.concat([
    Buffer.from([0, 4]),
    Buffer.from('MQTT'),
    Buffer.from([4, 2, 0, 0, 0, id.length]),
    id,
  ]);
  socket.write(Buffer.concat([Buffer.from([0x10, variable.length]), variable]));
  socket.write(Buffer.from([0x82, 6, 0, 1, 0, 1, 0x23, 0]));
  await once(socket, 'data');
  socket.pause();
  return socket;
}

/** Whether a device that comes now is told of a tunnel. */
async function expectStillTells(url: string, endpoint: string): Promise<void> {
  const client = await device(url);
  await client.subscribeAsync(TOPIC, { qos: 1 });
  const told = within(heard(client, 'message'), 'a notification');
  const response = await fetch(`http://${endpoint}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'IoTSecuredTunneling.OpenTunnel',
    },
    body: JSON.stringify({ destinationConfig: { thingName: 'lamp', services: ['SSH'] } }),
  });
  expect(response.status).toBe(200);
  const topic = await told;
  expect(topic).toBe(TOPIC);
}

it.each([0, 1] as const)(
  'a subscriber that stops reading costs itself, not the service (QoS %i)',
  async (qos) => {
    const { service, endpoint, url, port } = await serve();
    await deafSubscriber(port);
    const publisher = await device(url);
    const payload = Buffer.alloc(66_000);
    for (let sent = 0; sent < 3500 && publisher.connected; sent++) {
      await Promise.race([
        publisher.publishAsync('any/topic', payload, { qos }),
        heard(publisher, 'close'),
      ]).catch(() => undefined);
    }
    await expectStillTells(url, endpoint);
    expect(peakMegabytes(service.child.pid!)).toBeLessThan(MOST_MEGABYTES);
    const { ms, code } = await stopTime(service);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(LONGEST_STOP_MS);
  },
);

it('the session of a device that is away keeps a bounded number of messages', async () => {
  const { service, endpoint, url } = await serve();
  const away = { clientId: 'away', clean: false } as const;
  const before = await device(url, away);
  await before.subscribeAsync('news', { qos: 1 });
  await before.endAsync();
  const publisher = await device(url);
  for (let i = 1; i <= 80; i++) await publisher.publishAsync('news', `message ${i}`, { qos: 1 });
  const back = mqtt.connect(url, { reconnectPeriod: 0, ...away });
  undo.push(() => back.endAsync(true));
  const kept: string[] = [];
  back.on('message', (_topic, payload) => kept.push(payload.toString()));
  while (!kept.includes('message 50')) await heard(back, 'message');
  // What were kept beyond would have come by the time that this does.
  await publisher.publishAsync('news', 'the last', { qos: 1 });
  while (!kept.includes('the last')) await heard(back, 'message');
  expect(kept.filter((text) => text !== 'the last')).toEqual(
    Array.from({ length: 50 }, (_, i) => `message ${i + 1}`),
  );
  await expectStillTells(url, endpoint);
  expect((await stopTime(service)).code).toBe(0);
});
