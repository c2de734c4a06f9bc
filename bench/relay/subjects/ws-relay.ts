import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { RelayReady } from '../relay-ready.js';

/** If more bytes than this wait for one side, the other side is paused. */
const HIGH_WATER_BYTES = 1024 * 1024;

function forward(from: WebSocket, to: WebSocket): void {
  from.on('message', (data, isBinary) => {
    to.send(data, { binary: isBinary }, () => {
      if (from.isPaused && to.bufferedAmount < HIGH_WATER_BYTES / 2) from.resume();
    });
    if (to.bufferedAmount > HIGH_WATER_BYTES) from.pause();
  });
}

/**
 * Starts a usual relay: `ws` on both sides, and each message is forwarded without reading it. The first two clients are
 * a pair.
 */
export async function startWsRelay(): Promise<RelayReady> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered][0]!,
  });
  const clients: WebSocket[] = [];
  server.on('connection', (client) => {
    clients.push(client);
    if (clients.length !== 2) return;
    forward(clients[0]!, clients[1]!);
    forward(clients[1]!, clients[0]!);
  });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port };
}
