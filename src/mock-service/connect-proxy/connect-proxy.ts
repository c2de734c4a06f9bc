import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  answerSocket,
  type HttpHandler,
  type HttpServer,
  headOf,
  textAnswer,
  writeAnswer,
} from '../http/index.js';
import type { Clock } from '../kit/index.js';
import { allowedHost } from './allowed-hosts.js';

const REFUSAL = textAnswer(
  403,
  'This is tunnel-testbed, not a proxy: it stands in for the hosts of AWS IoT Secure Tunneling, IoT and STS on ' +
    'port 443 and connects to nothing else. Unset the proxy for other hosts (NO_PROXY).\n',
  { 'content-type': 'text/plain' },
);

/**
 * Answers HTTP CONNECT for AWS's hosts by serving the connection itself. It never dials another host, so it cannot become
 * an open relay. `accept` takes the connection as if it had been accepted on the port.
 */
export function answerConnect(http: HttpServer, clock: Clock, accept: (socket: Socket) => void): void {
  const { server, earlierAnswers } = http;
  const accepted = new WeakSet<Duplex>();
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    earlierAnswers.wait(socket, () => answer(request, socket, head)),
  );
  function answer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    // A second CONNECT on the same socket is refused: each would add more listeners to it.
    const again = accepted.has(socket);
    if (again || allowedHost(request.url ?? '') === undefined || !(socket instanceof Socket)) {
      answerSocket(socket, REFUSAL, clock);
      return;
    }
    socket.write(headOf(200, {}, 'Connection established'));
    // Bytes after the request belong to the connection that now begins.
    if (head.length > 0) socket.unshift(head);
    accepted.add(socket);
    accept(socket);
  }
}

/**
 * The route for requests in absolute form, `GET http://host/ …`. Clients send them to a plain HTTP proxy. They are
 * refused.
 */
export const refuseForwarding: HttpHandler = ({ url = '' }, response) => {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return false;
  writeAnswer(response, REFUSAL, { close: true });
  return true;
};
