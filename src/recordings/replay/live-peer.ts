import { createServer, type Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { openAuthority } from '../../mock-service/certificates/index.js';
import { openPort } from '../../mock-service/port/index.js';
import {
  ACCESS_TOKEN_HEADER,
  CHANNEL_ID_HEADER,
  CLIENT_TOKEN_HEADER,
  MODE_PARAMETER,
  type Side,
  SUBPROTOCOL_OF,
  TUNNEL_PATH,
} from '../../protocol/index.js';
import type { LivePeer } from './replay.js';

export interface ConnectOptions {
  /** `ws://host:port` or `wss://host:port`. */
  readonly url: string;
  readonly side: Side;
  readonly accessToken: string;
  readonly clientToken?: string | undefined;
  readonly subprotocol?: string | undefined;
  /** The CA for `wss`, in PEM. */
  readonly ca?: string | undefined;
}

export interface ConnectedPeer extends LivePeer, AsyncDisposable {}

/**
 * Connects to a service as one side of a tunnel.
 * @throws {Error} with the status if the handshake is refused.
 */
export async function connectToLiveService(options: ConnectOptions): Promise<ConnectedPeer> {
  const { url, side, accessToken, clientToken, subprotocol = SUBPROTOCOL_OF.V3, ca } = options;
  const socket = new WebSocket(new URL(`${TUNNEL_PATH}?${MODE_PARAMETER}=${side}`, url), subprotocol, {
    perMessageDeflate: false,
    headers: {
      [ACCESS_TOKEN_HEADER]: accessToken,
      ...(clientToken !== undefined && { [CLIENT_TOKEN_HEADER]: clientToken }),
    },
    ...(ca !== undefined && { ca }),
  });
  // It listens before the handshake is done, so that no message right after it is missed.
  const peer = peerOf(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  return peer;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  /** The folder of the CA. */
  readonly stateDir: string;
  /** The answered subprotocol, if the client offers it. If not, the first one that the client offers is answered. */
  readonly subprotocol?: string | undefined;
}

export interface LiveListener extends AsyncDisposable {
  /** `host:port`, for TLS and plain. Any token is accepted. */
  readonly endpoint: string;
  /** The first client that connects. */
  readonly client: Promise<ConnectedPeer>;
}

/** Listens for one client, in the role of the service. */
export async function listenForLiveClient(options: ListenOptions): Promise<LiveListener> {
  const http: Server = createServer((_request, response) => void response.writeHead(400).end());
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      options.subprotocol !== undefined && offered.has(options.subprotocol)
        ? options.subprotocol
        : (offered.values().next().value ?? false),
  });
  sockets.on('headers', (headers) => headers.push(`${CHANNEL_ID_HEADER}: replay`));
  const client = new Promise<ConnectedPeer>((resolve) => {
    http.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (webSocket) => resolve(peerOf(webSocket)));
    });
  });
  const authority = await openAuthority(options.stateDir);
  const port = await openPort({ host: options.host, port: options.port, authority, http });
  return {
    endpoint: `${port.host}:${port.port}`,
    client,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await port.close();
    },
  };
}

function peerOf(socket: WebSocket): ConnectedPeer {
  const early: Buffer[] = [];
  let onBytes: (bytes: Uint8Array) => void = (bytes) => void early.push(Buffer.from(bytes));
  let onEnd: () => void = () => {};
  let ended = false;
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) onBytes(data);
  });
  socket.on('error', () => {}); // 'close' follows
  socket.on('close', () => {
    ended = true;
    onEnd();
  });
  return {
    send: (bytes) => socket.send(bytes),
    listen: (bytesListener, endListener) => {
      onBytes = bytesListener;
      onEnd = endListener;
      for (const bytes of early.splice(0)) bytesListener(bytes);
      if (ended) endListener();
    },
    async [Symbol.asyncDispose]() {
      if (ended) return;
      await new Promise<void>((resolve) => {
        socket.once('close', () => resolve());
        socket.close(1000);
        setTimeout(() => socket.terminate(), 1000).unref();
      });
    },
  };
}
