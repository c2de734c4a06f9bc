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

/**
 * Node itself refuses longer headers. This is much more than H5 allows, so that the service refuses the request and names
 * the rule.
 */
const MAX_HEADER_BYTES = 20 * MAX_HANDSHAKE_BYTES;
/** A connection that is idle for this long is ended, in milliseconds. This does not apply to upgraded connections. */
const IDLE_TIMEOUT_MS = 120_000;
/** The longest time between two checks for requests that take too long, in milliseconds. */
const CHECK_MS = 5000;

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly requestBytes: RequestBytes;
  readonly newChannelId: () => string;
  /** If the headers or the body of a request are not complete after this long, in milliseconds, the answer is 408. */
  readonly requestTimeoutMs: number;
}

/** The HTTP server behind the port, and the order of its answers. */
export interface HttpServer {
  readonly server: Server;
  readonly earlierAnswers: EarlierAnswers;
}

/** Makes the HTTP server. It does not listen itself: the port hands connections to it. But it has to be closed. */
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
  // 0 means no limit. With a limit, node silently drops further headers, and a second token could be missed (H3).
  server.maxHeadersCount = 0;
  server.timeout = IDLE_TIMEOUT_MS;
  // Node starts checking for slow requests when it emits 'listening'. This server never listens, so it is emitted here.
  server.emit('listening');
  server.prependListener('connection', (socket) => {
    requestBytes.connection(socket);
    // Node ends a connection as soon as the client has ended its side. This listener is called before node's.
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
    // A late request is answered at once, because it may itself be the request that waits for its answer.
    if (isLate) answer();
    else earlierAnswers.wait(socket, answer);
  });
  return { server, earlierAnswers };
}
