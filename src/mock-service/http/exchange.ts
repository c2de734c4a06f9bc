import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

/** A request read to its end. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An answer before it is written: what operations return, so that they need no socket. */
export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Takes a request if it is its own, and says whether it did. */
export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export function pathOf(url: string): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}

/**
 * Reads a request's body, at most `maxBytes` of it, and tells it in the same turn as its last byte; undefined where there
 * is more. Tells nothing where the client goes away before its end: there is nobody to answer.
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
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) return void chunks.push(chunk);
    request.removeAllListeners('data').pause();
    done(undefined);
  });
  request.on('end', () => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
}

/** The same as a promise, which rejects where the client goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    receiveBody(request, maxBytes, resolve);
    request.once('error', reject);
    // Every request closes; an error made for each, with its stack, would cost more than the rest of this function.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('The client went away before its request was complete'));
    });
  });
}
