import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { jsonAnswer, textAnswer } from './answer.js';
import { type HttpHandler, pathOf } from './request.js';
import type { HttpServer } from './server.js';
import { writeAnswer } from './write-answer.js';

/** Answers an HTTP upgrade and returns true, or returns false and leaves it to the next handler. */
export type UpgradeHandler = (request: IncomingMessage, socket: Socket, head: Buffer) => boolean;

/** The handlers, in the order in which they are asked. */
export interface Routes {
  readonly requests: HttpHandler[];
  readonly upgrades: UpgradeHandler[];
}

/** Lets the routes answer all requests and upgrades of the server. */
export function serveRoutes({ server, earlierAnswers }: HttpServer, routes: Routes): void {
  server.on('request', (request, response) => answer(routes, request, response));
  server.on('upgrade', (request, socket, head) => {
    earlierAnswers.wait(request.socket, () => {
      for (const handler of routes.upgrades) if (handler(request, socket as Socket, head)) return;
      socket.destroy();
    });
  });
}

function answer(routes: Routes, request: IncomingMessage, response: ServerResponse, from = 0): void {
  try {
    for (let at = from; at < routes.requests.length; at++) {
      const taken = routes.requests[at]!(request, response);
      // Most handlers return false at once. Only a handler that may take the request returns a promise.
      if (taken === true) return;
      if (taken === false) continue;
      taken.then(
        (its) => its || answer(routes, request, response, at + 1),
        (error: unknown) => fail(request, response, error),
      );
      return;
    }
    // The path is not repeated: it may hold a token that was put in the wrong place.
    const error = { error: 'NOT_FOUND', message: 'Nothing is served at that path' };
    writeAnswer(response, jsonAnswer(404, error));
  } catch (error) {
    fail(request, response, error);
  }
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // The client went away before its request was complete: nothing is wrong here, and there is nobody to answer.
  if (request.destroyed && !request.complete) return void response.destroy();
  // An error in one request must not disturb others. Its cause goes to the process's warnings, not to the client.
  process.emitWarning(error instanceof Error ? error : String(error), 'RequestError');
  if (response.headersSent) return void response.destroy();
  const answer = { error: 'INTERNAL_ERROR', message: 'The request could not be answered' };
  writeAnswer(response, jsonAnswer(500, answer));
}

/** `GET /health`: answers 200 as long as the service runs. */
export function handleHealth(request: IncomingMessage, response: ServerResponse): boolean {
  if (pathOf(request.url ?? '') !== '/health') return false;
  writeAnswer(response, textAnswer(200, 'ok\n', { 'content-type': 'text/plain' }));
  return true;
}
