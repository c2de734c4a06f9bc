import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type MessageFormat, SUBPROTOCOLS } from '../../src/protocol/index.js';

/** A service that speaks nothing newer than a version: what stands at a port, with newer subprotocols refused. */
export interface OlderService extends AsyncDisposable {
  readonly port: number;
}

/** Stands before a service, and refuses every handshake that offers a newer subprotocol. */
export async function olderService(version: MessageFormat, port: number): Promise<OlderService> {
  const unknown = SUBPROTOCOLS.slice(Number(version.slice(1)));
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (head) => {
      if (unknown.some((each) => head.includes(each))) {
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
        return;
      }
      const service = connect(port, '127.0.0.1', () => service.write(head));
      sockets.add(service);
      service.on('error', () => {});
      service.once('close', () => socket.destroySoon());
      socket.once('close', () => service.destroySoon());
      socket.pipe(service).pipe(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
