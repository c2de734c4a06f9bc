import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import {
  type AllowedOrigins,
  type Answer,
  answerSocket,
  isOriginOf,
  type OwnNames,
  pathOf,
  textAnswer,
  writeAnswer,
} from '../http/index.js';
import type { Clock } from '../kit/index.js';

/** Where AWS has MQTT over WebSocket, and what its clients name (MQTT 5 6.0). */
export const MQTT_PATH = '/mqtt';
const SUBPROTOCOL = 'mqtt';
const HOW = `This is an MQTT broker. Over WebSocket it is at ${MQTT_PATH}, with the subprotocol '${SUBPROTOCOL}'.\n`;
const UNSUPPORTED_DATA = 1003;
/** How often requests that take too long are looked for, at most, in milliseconds. */
const CHECK_MS = 5000;

export interface WebSocketEntranceOptions {
  readonly names: OwnNames;
  /** Pages that may connect, beside those of the same host. */
  readonly origins: AllowedOrigins;
  /** Whether whoever is behind a connection may join. */
  readonly isAdmitted: (connection: Duplex) => boolean;
  /** Gets the bytes of MQTT. */
  readonly accept: (connection: Duplex) => void;
  readonly maxMessageBytes: number;
  /** A device that does not read its pongs is ended at this. */
  readonly maxQueuedBytes: number;
  /** A connection that has not been upgraded by then is ended, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  readonly clock: Clock;
}

/** An HTTP server that makes WebSockets of MQTT. It never listens itself: connections are handed to it. To be closed nevertheless. */
export function websocketEntrance(options: WebSocketEntranceOptions): Server {
  const { accept, maxMessageBytes, maxQueuedBytes, clock, handshakeTimeoutMs } = options;
  const websockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    autoPong: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  const limits = {
    headersTimeout: handshakeTimeoutMs,
    requestTimeout: handshakeTimeoutMs,
    connectionsCheckingInterval: Math.min(CHECK_MS, Math.ceil(handshakeTimeoutMs / 4)),
  };
  const server = createServer(limits, (_request, response) => {
    writeAnswer(response, textAnswer(426, HOW), { close: true });
  });
  server.timeout = handshakeTimeoutMs;
  // This is when node begins to look at the time that requests take.
  server.emit('listening');
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request, options);
    if (refusal !== undefined) return answerSocket(socket, refusal, clock);
    websockets.handleUpgrade(request, socket, head, (websocket) => {
      keepToLimits(websocket, maxQueuedBytes);
      accept(createWebSocketStream(websocket));
    });
  });
  return server;
}

function refusalOf(request: IncomingMessage, options: WebSocketEntranceOptions): Answer | undefined {
  const { host, origin, ...headers } = request.headers;
  if (pathOf(request.url ?? '') !== MQTT_PATH) return textAnswer(404, HOW);
  if (host !== undefined && !options.names.include(host)) {
    return textAnswer(
      403,
      'The broker does not answer to that name; start it with --advertise and the name\n',
    );
  }
  if (origin !== undefined && !isOriginOf(host ?? '', origin) && !options.origins.allows(origin)) {
    return textAnswer(403, 'Pages of that origin may not connect; add it to allowOrigins\n');
  }
  if (!options.isAdmitted(request.socket)) {
    return textAnswer(403, 'The broker wants a client certificate, by TLS on its own port\n');
  }
  const offered = headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? [];
  return offered.includes(SUBPROTOCOL) ? undefined : textAnswer(400, HOW);
}

/** `ws` answers every ping, however many answers wait; and MQTT has no text (MQTT 5 6.0). */
function keepToLimits(websocket: WebSocket, maxQueuedBytes: number): void {
  websocket.on('ping', (data) => {
    if (websocket.bufferedAmount > maxQueuedBytes) websocket.terminate();
    else if (websocket.readyState === websocket.OPEN) websocket.pong(data);
  });
  websocket.on('message', (_data, isBinary) => {
    if (!isBinary) websocket.close(UNSUPPORTED_DATA, 'MQTT is binary');
  });
}
