import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { startMockService } from '../../../src/mock-service/index.js';
import { RunningProgram } from '../../cli/support/run-cli.js';
import { findProgram } from '../../support/real-program.js';
import { deviceCertificate } from './support/device-certificate.js';

const DEVICE = fileURLToPath(new URL('./support/sdk-device.mjs', import.meta.url));
const TOPIC = '$aws/things/lamp/tunnels/notify';

/** Its binary is for the machines that AWS builds it for. */
const isThere = hasSdk() && findProgram('openssl') !== undefined;
if (!isThere && process.env.CI === 'true')
  throw new Error('In CI the device SDK and openssl may not be missing');

describe.skipIf(!isThere)(
  "a device on AWS's own SDK [skipped without aws-iot-device-sdk-v2 and openssl]",
  () => {
    it('is told of a tunnel, in both versions of MQTT, with and without certificate, on either port', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'testbed-sdk-'));
      const service = await startMockService({ stateDir: dir, mqttPort: 0 });
      const { cert, key } = await deviceCertificate(dir, 'lamp');
      const devices = [
        ['5', service.mqtt!.port, cert, key],
        ['5', service.port],
        ['3.1.1', service.port, cert, key],
        ['3.1.1', service.mqtt!.port],
      ].map(([version, port, ...certificate]) => {
        const args = [version, port, service.caPath, TOPIC, ...certificate].map(String);
        return new RunningProgram(process.execPath, [DEVICE, ...args]);
      });
      try {
        await Promise.all(devices.map((device) => device.seen(/subscribed/)));
        const { destinationAccessToken } = service.openTunnel({ services: ['SSH'], thingName: 'lamp' });
        for (const device of devices) {
          const [, payload] = await device.seen(/got (.*)\n/);
          expect(JSON.parse(payload!)).toMatchObject({ clientAccessToken: destinationAccessToken });
        }
      } finally {
        for (const device of devices) await device[Symbol.asyncDispose]();
        await service.stop();
        await rm(dir, { recursive: true });
      }
    });
  },
);

function hasSdk(): boolean {
  try {
    createRequire(import.meta.url).resolve('aws-iot-device-sdk-v2');
    return true;
  } catch {
    return false;
  }
}
