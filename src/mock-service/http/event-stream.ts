import type { IncomingMessage, ServerResponse } from 'node:http';

/** A listener that has this much waiting has stopped reading. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Sends one event: its name, and its data as JSON. */
export type SendEvent = (name: string, data: unknown) => void;

/** Answers with server-sent events until the client goes away; a client that does not read is dropped. */
export function openEventStream(request: IncomingMessage, response: ServerResponse): SendEvent {
  request.socket.setTimeout(0); // may be silent for long
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  return (name, data) => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > MAX_WAITING_BYTES) response.destroy();
  };
}
