import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions } from 'mqtt';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { describeWithPrograms } from '../../support/real-program.js';
import { deviceCertificate } from './support/device-certificate.js';

let dir: string;
const certificates: Record<string, { key: string; cert: string }> = {};
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-certificates-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** What comes of a device that joins: `joined`, or the message of the error. */
async function joining(url: string, options: IClientOptions = {}): Promise<string> {
  const client = mqtt.connect(url, { reconnectPeriod: 0, rejectUnauthorized: false, ...options });
  const outcome = await new Promise<string>((resolve) => {
    client.once('connect', () => resolve('joined'));
    client.once('error', ({ message }) => resolve(message));
    client.once('close', () => resolve('closed'));
  });
  await client.endAsync(true);
  return outcome;
}

const showing = (name: string): IClientOptions => ({
  key: readFileSync(certificates[name]!.key),
  cert: readFileSync(certificates[name]!.cert),
});

describeWithPrograms({ openssl: 'openssl' }, 'devices and their certificates', () => {
  let service: StartedMockService;
  const start = async (mqttClientCert: string) => {
    service = await startMockService({ stateDir: dir, mqttPort: 0, mqttClientCert });
  };
  const at = (scheme: string, port: number | undefined = service.mqtt?.port) =>
    `${scheme}://localhost:${port}`;

  beforeAll(async () => {
    for (const name of ['lamp', 'stranger']) certificates[name] = await deviceCertificate(dir, name);
  });

  it('`required`: a device that shows none is refused in the words of MQTT, on every way in', async () => {
    await start('required');
    await using _ = service;
    const refused = 'Connection refused: Not authorized';
    expect(await joining(at('mqtts'))).toBe(refused);
    expect(await joining(at('mqtts'), { protocolVersion: 5 })).toBe(refused);
    expect(await joining(at('mqtt'))).toBe(refused);
    expect(await joining(at('mqtt', service.port))).toBe(refused);
    expect(await joining(at('mqtts', service.port), { ALPNProtocols: ['x-amzn-mqtt-ca'] })).toBe(refused);
    const socket = new WebSocket(at('ws', service.port).concat('/mqtt'), 'mqtt');
    socket.on('error', () => undefined);
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
    expect(await joining(at('mqtts'), showing('stranger'))).toBe('joined');
    const shared = { ...showing('lamp'), ALPNProtocols: ['x-amzn-mqtt-ca'] };
    expect(await joining(at('mqtts', service.port), shared)).toBe('joined');
  });

  it('a file of authorities: only what they signed joins', async () => {
    await start(certificates.lamp!.cert);
    await using _ = service;
    expect(await joining(at('mqtts'), showing('lamp'))).toBe('joined');
    expect(await joining(at('mqtts'), showing('stranger'))).not.toBe('joined');
    expect(await joining(at('mqtts'))).not.toBe('joined');
  });
});

it.each([
  ['/nowhere/ca.pem', /'\/nowhere\/ca.pem' cannot be read \(ENOENT\); give 'optional'/],
  [import.meta.filename, /holds no certificate in PEM/],
])('what is no such option is told: %s', async (mqttClientCert, message) => {
  const starting = startMockService({ stateDir: dir, mqttPort: 0, mqttClientCert });
  await expect(starting).rejects.toThrow(message);
});
