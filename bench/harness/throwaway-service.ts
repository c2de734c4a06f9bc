import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceOptions, startMockService } from '../../src/mock-service/index.js';

/** Starts a service on a free port. Its CA is removed when the process ends. */
export function startThrowawayService(options: ServiceOptions) {
  const stateDir = mkdtempSync(join(tmpdir(), 'testbed-bench-'));
  process.on('exit', () => rmSync(stateDir, { recursive: true, force: true }));
  return startMockService({ host: '127.0.0.1', stateDir, ...options });
}
