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
 * Reads a request's body, at most `maxBytes` of it.
 * Resolves to undefined where there is more, and rejects where the client goes away.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return resolve(undefined);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      request.removeAllListeners('data').pause();
      resolve(undefined);
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    request.once('error', reject);
    // Every request closes; an error made for each, with its stack, would cost more than the rest of this function.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('The client went away before its request was complete'));
    });
  });
}

export function writeResponse(
  response: ServerResponse,
  { status, headers, body }: ApiResponse,
  options: { close?: boolean } = {},
): void {
  const length = Buffer.byteLength(body);
  // A body that was not read to its end would be taken for the next request.
  const connection = options.close === true ? { connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...connection, 'content-length': length });
  response.end(body);
}
