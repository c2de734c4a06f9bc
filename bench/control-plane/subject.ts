// The process under test: the service, or a bare server that answers the given bytes.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beSubject } from '../harness/subject.js';
import { startThrowawayService } from '../harness/throwaway-service.js';
import type { Answer } from './operations.js';

async function startBare({ status, headers, body }: Answer): Promise<{ port: number }> {
  const bytes = Buffer.from(body);
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(status, headers);
      response.end(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}

const [answer] = process.argv.slice(2);
beSubject(
  answer === undefined
    ? { port: (await startThrowawayService({})).port }
    : await startBare(JSON.parse(answer)),
);
