import type { ServerResponse } from 'node:http';
import type { ApiResponse } from './exchange.js';

interface WriteOptions {
  /** Ends the connection: a body that was not read to its end would be taken for the next request. */
  readonly close?: boolean;
}

let waiting: (() => void)[] = [];

/**
 * Answers with a body in one piece: its length is told, so that the simplest client can read it. Answers to requests that
 * were read in one turn of the loop leave together at its end: each write wakes whoever waits for it, which costs more than
 * the answer, and those that follow closely find their reader awake.
 */
export function writeResponse(
  response: ServerResponse,
  answer: ApiResponse,
  options: WriteOptions = {},
): void {
  waiting.push(() => write(response, answer, options));
  if (waiting.length === 1) setImmediate(writeWaiting);
}

function writeWaiting(): void {
  const now = waiting;
  waiting = [];
  for (const one of now) one();
}

function write(
  response: ServerResponse,
  { status, headers, body }: ApiResponse,
  { close }: WriteOptions,
): void {
  const bytes = Buffer.byteLength(body);
  // A flat list, and one byte a character where that is all there is: half of what the general way costs.
  const head: string[] = [];
  for (const name in headers) head.push(name, headers[name]!);
  head.push('content-length', String(bytes));
  if (close === true) head.push('connection', 'close');
  response.writeHead(status, head).end(body, bytes === body.length ? 'latin1' : 'utf8');
}
