import { type ChildProcess, spawn } from 'node:child_process';
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
import { describeWithPrograms, findProgram } from '../../support/real-program.js';

const PATIENCE_MS = 30_000;
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

/** A program at work, with what it has said so far. */
class Spoken {
  text = '';
  readonly process: ChildProcess;
  readonly #name: string;

  constructor(name: string, args: readonly string[]) {
    this.#name = name;
    // Into a pipe, C programs keep what they say until they have a block of it.
    this.process = spawn('stdbuf', ['-oL', findProgram(name)!, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout!, this.process.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        this.text += chunk;
        this.process.emit('spoke');
      });
    }
    ends.push(async () => {
      if (this.process.exitCode !== null || this.process.signalCode !== null) return;
      this.process.kill('SIGKILL');
      await once(this.process, 'exit');
    });
  }

  async says(pattern: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!pattern.test(this.text)) {
      await once(this.process, 'spoke', { signal }).catch(() => {
        throw new Error(`${this.#name} never said ${pattern}, but: ${this.text}`);
      });
    }
    return this.text;
  }
}

/** mosquitto_sub on the lamp's topic, once it is subscribed. Debug output tells when, with -d. */
async function lamp(port: number, ...further: string[]): Promise<Spoken> {
  const args = [
    '-h',
    'localhost',
    '-p',
    `${port}`,
    '-t',
    TOPIC,
    '-q',
    '1',
    '-d',
    '-F',
    'got %q %r %t %p',
    ...further,
  ];
  const subscriber = new Spoken('mosquitto_sub', args);
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
      const broker = new Spoken('mosquitto', ['-v', '-c', config]);
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
