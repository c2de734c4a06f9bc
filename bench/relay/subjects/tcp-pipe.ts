import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { RelayReady } from '../relay-ready.js';

/** Starts the simplest relay in Node: it pipes bytes from one socket to the other. The first two clients are a pair. */
export async function startTcpPipe(): Promise<RelayReady> {
  const clients: Socket[] = [];
  const server = createServer({ noDelay: true }, (client) => {
    clients.push(client);
    if (clients.length !== 2) return;
    clients[0]!.pipe(clients[1]!);
    clients[1]!.pipe(clients[0]!);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
