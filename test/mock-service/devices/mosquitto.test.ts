import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type ServiceOptions,
  type StartedMockService,
  startMockService,
} from '../../../src/mock-service/index.js';
import { describeWithPrograms } from '../../support/real-program.js';
import { Spoken, subscribing } from './support/spoken.js';

const TOPIC = '$aws/things/lamp/tunnels/notify';

let dir: string;
const ends: (() => unknown)[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-mosquitto-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await rm(dir, { recursive: true });
});

async function start(options: ServiceOptions): Promise<StartedMockService> {
  const service = await startMockService({ stateDir: dir, ...options });
  ends.push(() => service.stop());
  return service;
}

function spoken(name: string, args: readonly string[]): Spoken {
  const program = new Spoken(name, args);
  ends.push(() => program.end());
  return program;
}

/** mosquitto_sub on the lamp's topic, once it is subscribed. */
async function lamp(port: number, ...further: string[]): Promise<Spoken> {
  const subscriber = spoken('mosquitto_sub', subscribing(port, TOPIC, further));
  await subscriber.says(/SUBACK/);
  return subscriber;
}

const open = (service: StartedMockService) =>
  service.openTunnel({ services: ['SSH'], thingName: 'lamp' }).destinationAccessToken;
const message = (clientAccessToken: string) =>
  JSON.stringify({ clientAccessToken, clientMode: 'destination', region: 'us-east-1', services: ['SSH'] });

describeWithPrograms(
  { mosquitto_sub: 'mosquitto-clients', stdbuf: 'coreutils' },
  "mosquitto's client at the embedded broker",
  () => {
    it('sees the notification of an opened and of a rotated tunnel, QoS 1, not retained', async () => {
      const service = await start({ mqttPort: 0 });
      const subscriber = await lamp(service.mqtt!.port);
      const token = open(service);
      expect(await subscriber.says(/got .*\n/)).toContain(`got 1 0 ${TOPIC} ${message(token)}`);
      const [tunnel] = service.tunnels.list();
      const rotated = service.rotateTokens(tunnel!.id, ['destination'], { services: ['SSH'] });
      const said = await subscriber.says(/got [\s\S]*got .*\n/);
      expect(said).toContain(message(rotated.destinationAccessToken!));
    });

    it('sees it over TLS with the CA', async () => {
      const service = await start({ mqttPort: 0 });
      const subscriber = await lamp(service.mqtt!.port, '--cafile', service.caPath);
      const token = open(service);
      expect(await subscriber.says(/got .*\n/)).toContain(message(token));
    });
  },
);

describeWithPrograms(
  { mosquitto: 'mosquitto', mosquitto_sub: 'mosquitto-clients', stdbuf: 'coreutils' },
  'an outside mosquitto broker',
  () => {
    it('carries the notification', async () => {
      const port = await freePort();
      const config = join(dir, 'mosquitto.conf');
      await writeFile(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
      const broker = spoken('mosquitto', ['-v', '-c', config]);
      await broker.says(/running/);
      const service = await start({ mqttUrl: `mqtt://127.0.0.1:${port}` });
      const subscriber = await lamp(port);
      const token = open(service);
      expect(await subscriber.says(/got .*\n/)).toContain(message(token));
    });
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
