import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { startCli } from '../cli/support/run-cli.js';
import { temporaryFolder } from '../cli/support/temporary-folder.js';
import { LONGEST_STOP_MS, stopTime } from './support/process.js';

/** Requests whose client goes away, or breaks HTTP, before their body is whole. The fuzzer found the first. */
const UNFINISHED = [
  'POST /admin/tunnels HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  'POST /admin/tunnels HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{"services"',
  'POST /set-cookie HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{',
  'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{',
  'PATCH /admin/faults/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\n{',
];

it('a request that is never finished leaves no warning on standard error, and the service goes on', async () => {
  using folder = temporaryFolder();
  await using service = startCli(['serve', '--port', '0', '--state-dir', folder.path, '--json']);
  const endpoint = String((await service.event('ready')).endpoint);
  for (const bytes of UNFINISHED) {
    const socket = connect(Number(endpoint.split(':').at(-1)), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
    expect((await fetch(`http://${endpoint}/admin/health`)).status).toBe(200);
  }
  expect((await stopTime(service)).ms).toBeLessThan(LONGEST_STOP_MS);
  expect(service.stderr).toBe('');
});
