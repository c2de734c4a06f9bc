import { afterEach, describe, expect, it } from 'vitest';
import { startSourceProxy } from '../../src/clients/index.js';
import { type ServiceForRaw, startForRaw } from '../support/raw-pair.js';
import { describeWithPrograms, runProgram } from '../support/real-program.js';

/** What OpenSSL says of each. */
const FAULTS = [
  ['another-ca', /self.signed certificate in certificate chain/],
  ['another-name', /[Hh]ostname mismatch/],
  ['expired', /certificate has expired/],
  ['not-yet-valid', /certificate is not yet valid/],
] as const;

let raw: ServiceForRaw;
afterEach(() => raw.stop());

async function starts(certificate: 'right' | (typeof FAULTS)[number][0]): Promise<string[]> {
  raw = await startForRaw({ certificate });
  const seen: string[] = [];
  raw.service.on('side-connected', ({ side }) => seen.push(side));
  raw.service.on('handshake-rejected', ({ reason }) => seen.push(reason));
  return seen;
}

describe('a service with a certificate that is not to be trusted (H13)', () => {
  it.each(FAULTS)('gets no request of our own client over TLS, and serves it without: %s', async (fault) => {
    const seen = await starts(fault);
    const { sourceAccessToken } = raw.service.openTunnel({ services: ['SSH'] });
    const { endpoint, caPath } = raw.service;
    const options = {
      accessToken: sourceAccessToken,
      ca: caPath,
      services: 'SSH=0',
      webProxy: false as const,
    };
    const failure = startSourceProxy({ ...options, endpoint: `wss://${endpoint}` });
    await expect(failure).rejects.toMatchObject({ code: 'TLS_FAILED' });
    expect(seen).toEqual([]);
    const proxy = await startSourceProxy({ ...options, endpoint: `ws://${endpoint}` });
    expect(seen).toEqual(['source']);
    await proxy.stop();
  });
});

describeWithPrograms({ python3: 'python3' }, "a service's certificate, as Python sees it (H13)", () => {
  const program = [
    'import socket, ssl, sys',
    'context = ssl.create_default_context(cafile=sys.argv[2])',
    "with socket.create_connection(('localhost', int(sys.argv[1]))) as tcp:",
    "    with context.wrap_socket(tcp, server_hostname='localhost') as tls: print(tls.version())",
  ].join('\n');
  const connects = () => runProgram('python3', ['-c', program, `${raw.service.port}`, raw.service.caPath]);

  it.each(FAULTS)('is not trusted: %s', async (fault, said) => {
    await starts(fault);
    const { code, stderr } = await connects();
    expect([code, stderr]).toEqual([1, expect.stringMatching(said)]);
  });

  it('is trusted unless asked otherwise', async () => {
    await starts('right');
    expect(await connects()).toMatchObject({ code: 0, stdout: 'TLSv1.3\n' });
  });
});
