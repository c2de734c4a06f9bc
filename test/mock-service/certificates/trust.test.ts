import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';
import { describeWithPrograms, runProgram } from '../../support/real-program.js';

const AWS = 'data.tunneling.iot.us-east-1.amazonaws.com';

let dir: string;
let service: StartedMockService;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'testbed-ca-'));
  service = await startMockService({ stateDir: dir });
});
afterAll(async () => {
  await service.stop();
  await rm(dir, { recursive: true });
});

it('the CA lives a year, and vouches for this machine and AWS alone', async () => {
  const { readFileSync } = await import('node:fs');
  const ca = new X509Certificate(readFileSync(service.caPath));
  const days = (Date.parse(ca.validTo) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(364);
  expect(days).toBeLessThan(366);
});

describeWithPrograms(
  { openssl: 'openssl', curl: 'curl', python3: 'python3' },
  'certificates under name constraints',
  () => {
    it.each(['localhost', '127.0.0.1', AWS])(
      'are accepted for %s by OpenSSL, curl and Python',
      async (name) => {
        const { port, caPath } = service;
        const how = /^\d/.test(name) ? ['-verify_ip', name] : ['-verify_hostname', name, '-servername', name];
        const connect = `openssl s_client -connect 127.0.0.1:${port} -CAfile '${caPath}' -verify_return_error -brief`;
        const openssl = await runProgram('bash', ['-c', `${connect} ${how.join(' ')} </dev/null`]);
        expect(openssl.stderr + openssl.stdout).toContain('Verification: OK');
        const curl = await runProgram('curl', [
          ...[
            '-sS',
            '--cacert',
            caPath,
            '--connect-to',
            `${name}:443:127.0.0.1:${port}`,
            `https://${name}/health`,
          ],
        ]);
        expect(curl).toMatchObject({ code: 0, stdout: 'ok\n' });
        const program = `import ssl,socket
c=ssl.create_default_context(cafile='${caPath}')
c.wrap_socket(socket.create_connection(('127.0.0.1',${port})),server_hostname='${name}')
print('trusted')`;
        expect(await runProgram('python3', ['-c', program])).toMatchObject({ code: 0, stdout: 'trusted\n' });
      },
    );

    it('that the CA key makes for another name are refused', async () => {
      const made = `set -e; cd '${dir}'; sed -n '1,/END PRIVATE KEY/p' ca-key.pem > key.pem
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout l.key -out l.csr -subj /CN=evil.example 2>/dev/null
printf 'subjectAltName=DNS:evil.example' > ext
openssl x509 -req -in l.csr -CA ca.pem -CAkey key.pem -days 9 -extfile ext -out l.pem 2>/dev/null
openssl verify -CAfile ca.pem l.pem`;
      const { code, stderr } = await runProgram('bash', ['-c', made]);
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/permitted subtree violation/);
    });
  },
);
