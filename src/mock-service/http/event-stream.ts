import type { IncomingMessage, ServerResponse } from 'node:http';

/** If more bytes than this wait for a client, it loses events and is told how many. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;

/** Sends one event: its name, and its data as JSON. */
export type SendEvent = (name: string, data: unknown) => void;

/**
 * Answers with server-sent events until the client goes away. A client that reads slowly, or not at all, loses events.
 * When there is room again, an event `dropped` says how many it lost.
 */
export function openEventStream(request: IncomingMessage, response: ServerResponse): SendEvent {
  request.socket.setTimeout(0); // there may be no event for a long time
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  let dropped = 0;
  const write = (name: string, data: unknown): void => {
    response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const tellDropped = (): void => {
    if (dropped === 0) return;
    const count = dropped;
    dropped = 0;
    write('dropped', { event: 'dropped', at: Date.now(), count });
  };
  response.on('drain', tellDropped);
  return (name, data) => {
    if (response.writableLength > MAX_WAITING_BYTES) {
      dropped++;
      return;
    }
    tellDropped();
    write(name, data);
  };
}
