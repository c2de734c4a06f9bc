import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Takes a request that is its own and answers it; false leaves it to the next. */
export type RequestHandler = (
  request: IncomingMessage,
  response: ServerResponse,
) => boolean | Promise<boolean>;

/** Takes an HTTP upgrade that is its own; false leaves it to the next. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;

/** Who answers what, in the order in which they are asked. */
export interface Routes {
  readonly requests: RequestHandler[];
  readonly upgrades: UpgradeHandler[];
}

/** Lets the routes answer everything that comes to the server. */
export function serveRoutes(server: Server, routes: Routes): void {
  server.on('request', (request, response) => void answer(routes, request, response));
  server.on('upgrade', (request, socket, head) => {
    for (const handler of routes.upgrades) if (handler(request, socket as Socket, head)) return;
    socket.destroy();
  });
}

async function answer(routes: Routes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    for (const handler of routes.requests) {
      const taken = handler(request, response);
      // Most say at once that a request is not theirs; only who takes it makes it wait.
      if (taken === true || (taken !== false && (await taken))) return;
    }
    sendJson(response, 404, { error: 'NOT_FOUND', message: `Nothing is served at ${request.url}` });
  } catch (error) {
    // One request's trouble is nobody else's; its cause is for the process's warnings, not for the client.
    process.emitWarning(error instanceof Error ? error : String(error), 'RequestError');
    if (response.headersSent) response.destroy();
    else sendJson(response, 500, { error: 'INTERNAL_ERROR', message: 'The request could not be answered' });
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  send(response, status, { 'content-type': 'application/json' }, JSON.stringify(body));
}

/** Answers with a body in one piece: its length is told, so that the simplest client can read it. */
export function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** `GET /health`: the service answers. */
export function handleHealth(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url?.split('?', 1)[0] !== '/health') return false;
  send(response, 200, { 'content-type': 'text/plain' }, 'ok\n');
  return true;
}
