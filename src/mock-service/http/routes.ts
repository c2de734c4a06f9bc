import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpHandler, pathOf } from './exchange.js';
import { writeResponse } from './write-response.js';

/** Takes an HTTP upgrade that is its own; false leaves it to the next. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;

/** Who answers what, in the order in which they are asked. */
export interface Routes {
  readonly requests: HttpHandler[];
  readonly upgrades: UpgradeHandler[];
}

/** Lets the routes answer everything that comes to the server. */
export function serveRoutes(server: Server, routes: Routes): void {
  server.on('request', (request, response) => answer(routes, request, response));
  server.on('upgrade', (request, socket, head) => {
    for (const handler of routes.upgrades) if (handler(request, socket as Socket, head)) return;
    socket.destroy();
  });
}

function answer(routes: Routes, request: IncomingMessage, response: ServerResponse, from = 0): void {
  try {
    for (let at = from; at < routes.requests.length; at++) {
      const taken = routes.requests[at]!(request, response);
      // Most say at once that a request is not theirs; only who takes it makes it wait.
      if (taken === true) return;
      if (taken === false) continue;
      taken.then(
        (its) => its || answer(routes, request, response, at + 1),
        (error: unknown) => fail(response, error),
      );
      return;
    }
    sendJson(response, 404, { error: 'NOT_FOUND', message: `Nothing is served at ${request.url}` });
  } catch (error) {
    fail(response, error);
  }
}

function fail(response: ServerResponse, error: unknown): void {
  // One request's trouble is nobody else's; its cause is for the process's warnings, not for the client.
  process.emitWarning(error instanceof Error ? error : String(error), 'RequestError');
  if (response.headersSent) response.destroy();
  else sendJson(response, 500, { error: 'INTERNAL_ERROR', message: 'The request could not be answered' });
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const headers = { 'content-type': 'application/json' };
  writeResponse(response, { status, headers, body: JSON.stringify(body) });
}

/** `GET /health`: the service answers. */
export function handleHealth(request: IncomingMessage, response: ServerResponse): boolean {
  if (pathOf(request.url ?? '') !== '/health') return false;
  writeResponse(response, { status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok\n' });
  return true;
}
