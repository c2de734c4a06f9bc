import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { startBrokerThread } from '../../../src/mock-service/devices/broker-thread.js';

/** A broker whose thread ends with an exception at the first message, unless a file says that it did so before. */
const FAILS_ONCE = `
import { existsSync, writeFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
const mark = workerData.stateDir + '/failed';
parentPort.on('message', ({ kind, id }) => {
  if (kind === 'close') parentPort.close();
  else if (existsSync(mark)) parentPort.postMessage({ kind: 'published', id });
  else {
    writeFileSync(mark, '');
    setTimeout(() => { throw new Error('a fault of the library'); });
  }
});
parentPort.postMessage({ kind: 'listening', host: '127.0.0.1', port: 1883 });
`;

it('a broker that fails takes nothing with it, says so, and is started anew', async () => {
  const stateDir = await mkdtemp(join(tmpdir(), 'testbed-broker-'));
  const file = join(stateDir, 'fails-once.mjs');
  await writeFile(file, FAILS_ONCE);
  const failures: string[] = [];
  const place = {
    clientCertificate: 'optional',
    advertise: [],
    allowOrigins: undefined,
    handshakeTimeoutMs: 30_000,
  } as const;
  const options = { ...place, host: '127.0.0.1', port: 0, stateDir, code: pathToFileURL(file) };
  const broker = await startBrokerThread({ ...options, onFailure: (reason) => failures.push(reason) });
  const notification = { thingName: 'lamp', clientAccessToken: 'token', region: 'us-east-1', services: [] };
  await expect(broker.publish(notification)).rejects.toThrow(/a fault of the library/);
  expect(failures).toEqual([expect.stringMatching(/a fault of the library; it is being started again/)]);
  await expect
    .poll(
      () =>
        broker.publish(notification).then(
          () => 'told',
          () => 'not yet',
        ),
      { timeout: 15_000 },
    )
    .toBe('told');
  await broker.close();
  await rm(stateDir, { recursive: true });
});
