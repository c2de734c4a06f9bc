import type { IncomingMessage } from 'node:http';
import WebSocket, { type ClientOptions } from 'ws';
import {
  ACCESS_TOKEN_HEADER,
  CHANNEL_ID_HEADER,
  CLIENT_TOKEN_HEADER,
  MODE_PARAMETER,
  printable,
  type Side,
  STATUS_REASON_HEADER,
  type Subprotocol,
  TUNNEL_PATH,
} from '../../protocol/index.js';
import type { Clock } from '../clock.js';
import { ClientError, reasonOf } from '../errors.js';
import { openSocket, type Route } from './open-socket.js';

/** The contents of a handshake (docs/protocol.md#the-handshake). */
export interface Handshake {
  readonly route: Route;
  readonly side: Side;
  readonly accessToken: string;
  /** If undefined, none is sent. */
  readonly clientToken: string | undefined;
  readonly subprotocol: Subprotocol;
  readonly timeoutMs: number;
}

/** An open WebSocket, and the id that the service gave it (H10). */
export interface Opened {
  readonly webSocket: WebSocket;
  readonly channelId: string | undefined;
}

/** The service answered the handshake with something other than 101. */
export class HandshakeRejected extends ClientError {
  constructor(
    readonly status: number,
    readonly body: string,
    readonly statusReason: string,
    where: string,
  ) {
    const said = [body, statusReason].filter((text) => text !== '').join('; ') || 'no reason given';
    const retried = status >= 500 ? 'it will be tried again' : 'check the token, the mode and the region';
    super(
      'HANDSHAKE_REJECTED',
      `endpoint ${where} refused the handshake with ${status}: ${said}; ${retried}`,
    );
  }

  /** Whether the handshake may be repeated unchanged. H11 allows this only after 5xx. */
  get retryable(): boolean {
    return this.status >= 500;
  }

  /** Whether the refusal says that the tunnel is closed (docs/protocol.md#statuses). */
  get tunnelIsClosed(): boolean {
    return /tunnel is closed/i.test(`${this.statusReason} ${this.body}`);
  }
}

/** The largest message. W2 limits only frames, so this limit is far above the messages of real peers. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** The largest number of fragments. It is high because fragments of one byte each are legal (W4). */
const MAX_FRAGMENTS = 1024 * 1024;
const MAX_BODY_CHARACTERS = 500;
/** How long to wait for the answer to a close frame before TCP is dropped, in milliseconds. */
const CLOSE_TIMEOUT_MS = 1500;

/**
 * Performs the handshake (H1 to H7). A retry sends the same tokens (H9).
 * @throws {HandshakeRejected} if the service answered with a status other than 101.
 * @throws {ClientError} ENDPOINT_UNREACHABLE, TLS_FAILED, PROXY_REFUSED, HANDSHAKE_INVALID, or the signal's reason.
 */
export async function performHandshake(
  handshake: Handshake,
  clock: Clock,
  signal: AbortSignal,
): Promise<Opened> {
  const where = handshake.route.endpoint.label;
  const deadline = new AbortController();
  const timer = clock.after(handshake.timeoutMs, () => {
    const what = `endpoint ${where} did not answer the handshake within ${handshake.timeoutMs} ms; check the address`;
    deadline.abort(new ClientError('ENDPOINT_UNREACHABLE', what));
  });
  const either = AbortSignal.any([signal, deadline.signal]);
  try {
    const socket = await openSocket(handshake.route, either);
    return await upgrade(handshake, socket, either);
  } catch (error) {
    either.throwIfAborted();
    throw error;
  } finally {
    timer.cancel();
  }
}

function upgrade(
  handshake: Handshake,
  socket: Awaited<ReturnType<typeof openSocket>>,
  signal: AbortSignal,
): Promise<Opened> {
  const { endpoint } = handshake.route;
  const where = endpoint.label;
  return new Promise((resolve, reject) => {
    // ws has had the option `closeTimeout` since 8.19, but its types do not have it yet.
    const options: ClientOptions & { closeTimeout: number } = {
      createConnection: () => socket,
      perMessageDeflate: false,
      // The session answers pings itself, because ws would end the connection after 60 pings in one chunk.
      autoPong: false,
      maxPayload: MAX_MESSAGE_BYTES,
      maxFragments: MAX_FRAGMENTS,
      closeTimeout: CLOSE_TIMEOUT_MS,
      headers: {
        'user-agent': 'tunnel-testbed',
        [ACCESS_TOKEN_HEADER]: handshake.accessToken,
        ...(handshake.clientToken !== undefined && { [CLIENT_TOKEN_HEADER]: handshake.clientToken }),
      },
    };
    const url = `${where}${TUNNEL_PATH}?${MODE_PARAMETER}=${handshake.side}`;
    const webSocket = new WebSocket(url, [handshake.subprotocol], options);
    let channelId: string | undefined;
    const settle = (run: () => void): void => {
      signal.removeEventListener('abort', abort);
      run();
    };
    const abort = (): void => {
      webSocket.terminate();
      socket.destroy();
      settle(() => reject(signal.reason));
    };
    signal.addEventListener('abort', abort, { once: true });
    webSocket.on('upgrade', (response) => {
      channelId = headerText(response, CHANNEL_ID_HEADER) || undefined;
    });
    webSocket.once('unexpected-response', (_request, response) => {
      void readBody(response).then((body) => {
        socket.destroy();
        const status = response.statusCode ?? 0;
        const reason = headerText(response, STATUS_REASON_HEADER);
        const said = [body, reason].map((text) => withoutTokens(text, handshake)) as [string, string];
        settle(() => reject(new HandshakeRejected(status, ...said, where)));
      });
    });
    webSocket.on('error', (error) => {
      socket.destroy();
      settle(() => reject(describe(error, where, handshake.subprotocol)));
    });
    webSocket.once('open', () => {
      // Paused until the session has its listeners, so that no message is lost.
      webSocket.pause();
      settle(() => resolve({ webSocket, channelId }));
    });
  });
}

/** Explains an error of ws before the WebSocket is open: a broken connection, or an answer of another protocol. */
function describe(error: Error & { code?: string }, where: string, subprotocol: string): ClientError {
  if (error.code !== undefined && !error.code.startsWith('HPE_') && !error.code.startsWith('WS_')) {
    const what = `endpoint ${where} dropped the handshake: ${reasonOf(error)}; check that the service listens there`;
    return new ClientError('ENDPOINT_UNREACHABLE', what, { cause: error });
  }
  const what = `endpoint ${where} did not agree on ${subprotocol}: ${reasonOf(error)}; check the address and format`;
  return new ClientError('HANDSHAKE_INVALID', what, { cause: error });
}

function headerText(response: IncomingMessage, name: string): string {
  const value = response.headers[name];
  return oneLine(Array.isArray(value) ? value.join(', ') : (value ?? ''));
}

/** The beginning of a refusal's body, for one line of a log. */
async function readBody(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      text += chunk;
      if (text.length > MAX_BODY_CHARACTERS) break;
    }
  } catch {
    // The body was cut. Its beginning is still useful.
  }
  return oneLine(text);
}

function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, ' ').trim(), MAX_BODY_CHARACTERS);
}

/** Removes tokens from a refusal, so that they do not get into a log if the service repeats them. */
function withoutTokens(text: string, { accessToken, clientToken }: Handshake): string {
  const hidden = text.replaceAll(accessToken, '[access token]');
  return clientToken === undefined ? hidden : hidden.replaceAll(clientToken, '[client token]');
}
