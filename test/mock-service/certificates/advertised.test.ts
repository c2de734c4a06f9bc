import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAuthority } from '../../../src/mock-service/certificates/index.js';
import { startMockService } from '../../../src/mock-service/index.js';
import { findProgram } from '../../support/real-program.js';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-advertised-'));
});
afterEach(() => rm(dir, { recursive: true }));

/** How a client that trusts the CA alone takes what the service shows under a name: undefined where it is content. */
async function complaint(service: { port: number; host: string; caPem: string }, name?: string) {
  const { port, host, caPem: ca } = service;
  const socket = connect({ port, host, ca, ...(name !== undefined && { servername: name }) });
  try {
    await once(socket, 'secureConnect');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  } finally {
    socket.destroy();
  }
}

it('the certificate holds each name that is advertised, and what is listened on', async () => {
  const advertise = ['tunnels.example.com', 'device-hub'];
  const running = await startMockService({ stateDir: dir, host: '127.0.0.2', advertise });
  const service = { host: '127.0.0.2', port: running.port, caPem: readFileSync(running.caPath, 'utf8') };
  try {
    expect(await complaint(service, 'tunnels.example.com')).toBeUndefined();
    expect(await complaint(service, 'device-hub')).toBeUndefined();
    expect(await complaint(service, 'localhost')).toBeUndefined();
    expect(await complaint(service, 'data.tunneling.iot.eu-west-1.amazonaws.com')).toBeUndefined();
    // By the address: no server is named, and the address itself is what is checked.
    expect(await complaint(service)).toBeUndefined();
    expect(await complaint(service, 'another.example.org')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  } finally {
    await running.stop();
  }
});

it.skipIf(findProgram('openssl') === undefined)('OpenSSL takes an advertised name and address', async () => {
  const names = ['tunnels.example.com', '10.1.2.3', 'fd00::7'];
  const authority = await openAuthority(dir, names);
  const { certificatePem } = await authority.leaf('tunnels.example.com');
  for (const [kind, name] of [
    ['-verify_hostname', 'tunnels.example.com'],
    ['-verify_ip', '10.1.2.3'],
    ['-verify_ip', 'fd00::7'],
  ] as const) {
    const args = ['verify', '-CAfile', authority.caPath, kind, name];
    expect(execFileSync('openssl', args, { input: certificatePem, encoding: 'utf8' })).toContain('OK');
  }
});

it('a CA is made anew for a name that it may not vouch for, keeps those it had, and otherwise stays', async () => {
  const first = await openAuthority(dir, ['one.example.com', 'fd00::7', '127.0.0.1', 'localhost']);
  expect(first.renewedBecause).toBeUndefined();
  expect((await openAuthority(dir)).caPem).toBe(first.caPem);
  expect((await openAuthority(dir, ['ONE.example.com', 'fd00::7'])).caPem).toBe(first.caPem);
  const second = await openAuthority(dir, ['two.example.com']);
  expect(second.renewedBecause).toBe('it may not vouch for two.example.com');
  expect((await openAuthority(dir, ['one.example.com', 'two.example.com', 'fd00::7'])).caPem).toBe(
    second.caPem,
  );
});
