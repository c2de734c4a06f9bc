import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openAuthority } from '../../../src/mock-service/certificates/index.js';
import { startMockService } from '../../../src/mock-service/index.js';
import { findProgram } from '../../support/real-program.js';

const DAY_MS = 86_400_000;

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-renewal-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(dir, { recursive: true });
});

it('a CA that is near its end gives way to a new one, and no sooner', async () => {
  const first = await openAuthority(dir);
  expect(first.renewedBecause).toBeUndefined();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 330 * DAY_MS });
  expect((await openAuthority(dir)).caPem).toBe(first.caPem);
  vi.setSystemTime(Date.now() + 10 * DAY_MS);
  const second = await openAuthority(dir);
  expect(second.renewedBecause).toMatch(/^it ends on \d{4}-\d\d-\d\d$/);
  expect(second.caPem).not.toBe(first.caPem);
  expect(readFileSync(second.caPath, 'utf8')).toBe(second.caPem);
  expect((await openAuthority(dir)).renewedBecause).toBeUndefined();
});

it.skipIf(findProgram('openssl') === undefined)(
  'a CA that may vouch for any name gives way, with an event',
  async () => {
    const args = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '3650',
    ];
    const files = [
      '-keyout',
      join(dir, 'key.pem'),
      '-out',
      join(dir, 'cert.pem'),
      '-subj',
      '/CN=an older CA',
    ];
    execFileSync('openssl', [...args, ...files], { stdio: 'ignore' });
    const older = readFileSync(join(dir, 'cert.pem'), 'utf8');
    writeFileSync(join(dir, 'ca-key.pem'), readFileSync(join(dir, 'key.pem'), 'utf8') + older);
    const lines: object[] = [];
    const logger = { info() {}, error() {}, warn: (fields: object) => lines.push(fields) };
    const service = await startMockService({ stateDir: dir, logger: logger as never });
    await service.stop();
    expect(lines).toEqual([
      { event: 'ca-renewed', caPath: join(dir, 'ca.pem'), reason: 'it may vouch for any name' },
    ]);
    expect(readFileSync(service.caPath, 'utf8')).not.toBe(older);
  },
);
