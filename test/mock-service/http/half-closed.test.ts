import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type StartedMockService, startMockService } from '../../../src/mock-service/index.js';

const REQUESTS: [what: string, request: string, status: number][] = [
  ['health', 'GET /health HTTP/1.1\r\n', 200],
  ['nothing', 'GET /nothing HTTP/1.1\r\n', 404],
  ['the admin API', 'GET /admin/tunnels HTTP/1.1\r\n', 200],
  ['the cookie API', 'OPTIONS /set-cookie HTTP/1.1\r\n', 200],
  ['the data plane, without an upgrade', 'GET /tunnel HTTP/1.1\r\n', 400],
  ['a proxy for others', 'GET http://example.com/ HTTP/1.1\r\n', 403],
  ['the control plane', 'POST / HTTP/1.1\r\nx-amz-target: IoTSecuredTunneling.ListTunnels\r\n', 200],
];

/** As `printf … | nc` and `openssl s_client` do: the client says all it has to say and ends its side. */
describe('a client that ends its side with its request is answered by', () => {
  let service: StartedMockService;
  beforeEach(async () => {
    service = await startMockService();
  });
  afterEach(() => service.stop());

  it.each(REQUESTS)('%s', async (_what, request, status) => {
    const rest = 'host: localhost\r\ncontent-type: application/x-amz-json-1.1\r\ncontent-length: 2\r\n\r\n{}';
    const ca = await readFile(service.caPath);
    const address = { port: service.port, host: '127.0.0.1' };
    for (const socket of [connect(address), connectTls({ ...address, ca, servername: 'localhost' })]) {
      socket.end(request + rest);
      expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*\\r\\n\\r\\n`, 's'));
    }
  });
});
