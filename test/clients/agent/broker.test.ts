import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { brokerSettings } from '../../../src/clients/agent/broker.js';
import { startAgent } from '../../../src/clients/index.js';
import { startMockService } from '../../../src/mock-service/index.js';
import { deviceCertificate } from '../../mock-service/devices/support/device-certificate.js';
import { Spoken } from '../../mock-service/devices/support/spoken.js';
import { describeWithPrograms } from '../../support/real-program.js';

describe('what the MQTT client is given', () => {
  const settings = (mqttUrl: string, further = {}) =>
    brokerSettings({ thingName: 'lamp', mqttUrl, ...further });

  it.each([
    ['mqtts://id-ats.iot.eu-west-1.amazonaws.com:443', ['x-amzn-mqtt-ca']],
    ['mqtts://localhost:8883', undefined],
    ['wss://localhost:443/mqtt', undefined],
    ['mqtt://localhost:443', undefined],
  ])('%s: ALPN as AWS IoT Core wants it on that port', (url, protocols) => {
    expect(settings(url).ALPNProtocols).toEqual(protocols);
  });

  it('is the id of the thing, or the one that was chosen, and the ALPN name that was chosen', () => {
    expect(settings('mqtt://localhost:1883').clientId).toBe('lamp');
    const chosen = { mqttClientId: 'other', mqttAlpn: 'mqtt' };
    expect(settings('mqtts://localhost:8443', chosen)).toMatchObject({
      clientId: 'other',
      ALPNProtocols: ['mqtt'],
    });
  });
});

describeWithPrograms(
  { openssl: 'openssl', mosquitto: 'mosquitto', stdbuf: 'coreutils' },
  'an agent at a broker that demands certificates',
  () => {
    let dir: string;
    let device: { key: string; cert: string };
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'testbed-agent-broker-'));
      device = await deviceCertificate(dir, 'lamp');
    });
    afterAll(() => rm(dir, { recursive: true }));

    const joined = (mqttUrl: string, mqttCa: string, further: object = {}) =>
      startAgent({ thingName: 'lamp', services: { SSH: 22 }, mqttUrl, mqttCa, ...further });
    const shown = () => ({ mqttCert: device.cert, mqttKey: device.key });

    it("joins ours with one, on its port and by ALPN on the service's, and is refused without", async () => {
      const service = await startMockService({ stateDir: dir, mqttPort: 0, mqttClientCert: 'required' });
      try {
        const own = `mqtts://localhost:${service.mqtt!.port}`;
        await (await joined(own, service.caPath, shown())).stop();
        const alpn = { ...shown(), mqttAlpn: 'x-amzn-mqtt-ca' };
        await (await joined(`mqtts://localhost:${service.port}`, service.caPath, alpn)).stop();
        await expect(joined(own, service.caPath)).rejects.toMatchObject({
          code: 'ENDPOINT_UNREACHABLE',
          message: expect.stringContaining('Not authorized'),
        });
      } finally {
        await service.stop();
      }
    });

    it('joins mosquitto with one, and is refused without', async () => {
      const server = await deviceCertificate(dir, 'localhost');
      const port = await freePort();
      const config = join(dir, 'mosquitto.conf');
      const lines = [
        `listener ${port} 127.0.0.1`,
        'allow_anonymous true',
        'require_certificate true',
        `cafile ${device.cert}`,
        `certfile ${server.cert}`,
        `keyfile ${server.key}`,
        'user root',
      ];
      await writeFile(config, lines.join('\n'));
      const broker = new Spoken('mosquitto', ['-v', '-c', config]);
      try {
        await broker.says(/running/);
        const url = `mqtts://localhost:${port}`;
        await (await joined(url, server.cert, shown())).stop();
        await expect(joined(url, server.cert)).rejects.toMatchObject({ code: 'ENDPOINT_UNREACHABLE' });
      } finally {
        await broker.end();
      }
    });
  },
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
