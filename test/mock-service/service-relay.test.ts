import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../src/mock-service/index.js';
import { RawClient, rawFrame } from '../support/raw-websocket.js';

const V3_START = Buffer.from('000b080210012a035353483801', 'hex');
const V3_DATA = Buffer.from('001208011001220568656c6c6f2a035353483801', 'hex');
const SERVICE_IDS_SSH = Buffer.from('0007080532035353' + '48', 'hex');

describe('two clients of raw bytes, paired', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'testbed-relay-'));
  let service: StartedMockService;
  beforeAll(async () => {
    service = await startMockService({ stateDir });
  });
  afterAll(async () => {
    await service.stop();
    rmSync(stateDir, { recursive: true });
  });

  async function pair(options: { ca?: string; host?: string } = {}) {
    const { tunnel, sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
    const { port } = service;
    const source = await RawClient.open(port, { side: 'source', token: sourceAccessToken, ...options });
    const destination = await RawClient.open(port, {
      side: 'destination',
      token: destinationAccessToken,
      ...options,
    });
    for (const client of [source, destination]) {
      expect((await client.frame()).payload).toEqual(SERVICE_IDS_SSH);
    }
    return { tunnel, source, destination };
  }

  it.each([
    ['plain (H13)', {}],
    ['over IPv6', { host: '::1' }],
    ['TLS on the same port (H13)', { tls: true }],
  ])('exchange frames, %s', async (_name, { tls = false, ...options }: { tls?: boolean; host?: string }) => {
    const ca = tls ? { ca: readFileSync(service.caPath, 'utf8') } : {};
    const { source, destination } = await pair({ ...options, ...ca });
    source.binary(Buffer.concat([V3_START, V3_DATA]));
    expect((await destination.frame()).payload).toEqual(Buffer.concat([V3_START, V3_DATA]));
    destination.binary(V3_DATA);
    expect((await source.frame()).payload).toEqual(V3_DATA);
    source.write(rawFrame(9, 'are you there'));
    expect(await source.frame()).toMatchObject({ opcode: 10, payload: Buffer.from('are you there') });
  });
});
