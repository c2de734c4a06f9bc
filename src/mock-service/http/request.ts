import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request with its whole body. */
export interface WholeRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers a request and returns true, or returns false and leaves the request to the next handler. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** The path of a request target, without its query. */
export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/**
 * Reads a request's body and calls `done` with it, in the same turn of the event loop as its last byte. If the body has
 * more than `maxBytes` bytes, `done` gets undefined. If the client goes away before the end, `done` is never called,
 * because there is nobody to answer.
 */
export function receiveBody(
  request: IncomingMessage,
  maxBytes: number,
  done: (body: Buffer | undefined) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    done(undefined);
    return;
  }
  const take = (chunk: Buffer): void => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return void chunks.push(chunk);
    request.off('data', take).off('end', end).pause();
    chunks.length = 0;
    done(undefined);
  };
  const end = (): void => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
  request.on('data', take).on('end', end);
}

/** The same as a promise. It rejects if the client goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    receiveBody(request, maxBytes, resolve);
    request.once('error', reject);
    // Every request closes. So the error is made only if it is needed: its stack costs more than the rest of this
    // function.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('The client went away before its request was complete'));
    });
  });
}
