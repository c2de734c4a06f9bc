import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMockService } from '../../../src/mock-service/index.js';
import type { RelayReady } from '../relay-ready.js';

/** The service with one tunnel, as a user gets it: nobody listens to its events. */
export async function startService(enforce: 'close' | 'off'): Promise<RelayReady> {
  const stateDir = mkdtempSync(join(tmpdir(), 'testbed-bench-'));
  process.on('exit', () => rmSync(stateDir, { recursive: true, force: true }));
  const service = await startMockService({ host: '127.0.0.1', stateDir, enforce });
  const { sourceAccessToken, destinationAccessToken } = service.openTunnel({ services: ['SSH'] });
  return { port: service.port, tokens: { source: sourceAccessToken, destination: destinationAccessToken } };
}
