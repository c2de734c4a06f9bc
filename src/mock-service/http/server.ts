import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { MAX_HANDSHAKE_BYTES } from '../../protocol/index.js';
import type { Clock } from '../kit/index.js';
import { refusal } from './answer.js';
import { answerSocket } from './answer-socket.js';
import { isDeclined } from './decline-upgrade.js';
import type { RequestBytes } from './request-bytes.js';
import { writeWaiting } from './write-answer.js';

/** Node refuses longer headers by itself. This is much more than H5 allows, so that the service refuses them and names the rule. */
const MAX_HEADER_BYTES = 20 * MAX_HANDSHAKE_BYTES;
/** A connection on which nothing happens for this long is ended, in milliseconds. Upgraded ones are exempt. */
const IDLE_TIMEOUT_MS = 120_000;

const OPTIONS = {
  maxHeaderSize: MAX_HEADER_BYTES,
  /** Node 24.9 and later: what is declined is a request like any other, with its body. */
  shouldUpgradeCallback: (request: IncomingMessage) => !isDeclined(request),
};

export interface HttpServerOptions {
  readonly clock: Clock;
  readonly requestBytes: RequestBytes;
  readonly newChannelId: () => string;
}

/** The HTTP server behind the port. It never listens itself: connections are handed to it. */
export function createHttpServer({ clock, requestBytes, newChannelId }: HttpServerOptions): Server {
  const server = createServer(OPTIONS);
  // Beyond this node drops headers silently, and a second token among them would go unseen (H3).
  server.maxHeadersCount = 0;
  server.timeout = IDLE_TIMEOUT_MS;
  server.prependListener('connection', (socket) => {
    requestBytes.connection(socket);
    // Node ends a connection as soon as the client has ended its side, and this listener is asked before node's.
    socket.prependListener('end', writeWaiting);
  });
  server.on('request', (request) => requestBytes.request(request));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET') return void socket.destroy();
    const what = `Bad request: ${error.message.replace(/^Parse Error: /, '')}`;
    answerSocket(socket as Socket, refusal(400, what, newChannelId()), clock);
  });
  return server;
}
