import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_HANDSHAKE_BYTES } from '../../protocol/index.js';
import type { Clock } from '../kit/index.js';
import { refusal } from './answer.js';
import { answerSocket } from './answer-socket.js';
import { closeBehindDeclined, isHandedOut } from './decline-upgrade.js';
import { EarlierAnswers } from './earlier-answers.js';
import type { RequestBytes } from './request-bytes.js';
import { isRefused, writeWaiting } from './write-answer.js';

/** Node refuses longer headers by itself. This is much more than H5 allows, so that the service refuses them and names the rule. */
const MAX_HEADER_BYTES = 20 * MAX_HANDSHAKE_BYTES;
/** A connection on which nothing happens for this long is ended, in milliseconds. Upgraded ones are exempt. */
const IDLE_TIMEOUT_MS = 120_000;
/** How often requests that take too long are looked for, at most, in milliseconds. */
const CHECK_MS = 5000;

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly requestBytes: RequestBytes;
  readonly newChannelId: () => string;
  /** A request whose headers, or whose body, have not come after this long is answered with 408, in milliseconds. */
  readonly requestTimeoutMs: number;
}

/** The HTTP server behind the port, and the order of its answers. */
export interface HttpServer {
  readonly server: Server;
  readonly earlierAnswers: EarlierAnswers;
}

/** It never listens itself: connections are handed to it. To be closed nevertheless. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { clock, requestBytes, newChannelId, requestTimeoutMs } = options;
  const earlierAnswers = new EarlierAnswers();
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: requestTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, Math.ceil(requestTimeoutMs / 4)),
    shouldUpgradeCallback: isHandedOut,
  };
  const server = createServer(limits);
  // Beyond this node drops headers silently, and a second token among them would go unseen (H3).
  server.maxHeadersCount = 0;
  server.timeout = IDLE_TIMEOUT_MS;
  // This is when node begins to look at the time that requests take.
  server.emit('listening');
  server.prependListener('connection', (socket) => {
    requestBytes.connection(socket);
    // Node ends a connection as soon as the client has ended its side, and this listener is asked before node's.
    socket.prependListener('end', writeWaiting);
  });
  server.on('request', (request: IncomingMessage, response) => {
    requestBytes.request(request);
    earlierAnswers.request(request, response);
    closeBehindDeclined(request, response);
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || isRefused(socket)) return void socket.destroy();
    const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const what = isLate
      ? `The request was not complete after ${requestTimeoutMs / 1000} s`
      : `Bad request: ${error.message.replace(/^Parse Error: /, '')}`;
    const answer = () =>
      answerSocket(socket as Socket, refusal(isLate ? 408 : 400, what, newChannelId()), clock);
    // The late one may itself be what waits for its answer.
    if (isLate) answer();
    else earlierAnswers.wait(socket, answer);
  });
  return { server, earlierAnswers };
}
