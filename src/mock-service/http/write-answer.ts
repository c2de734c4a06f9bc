import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, headerList } from './answer.js';

interface WriteOptions {
  /** Ends the connection. Needed if the body was not read to its end: its rest would be taken for the next request. */
  readonly close?: boolean;
}

/** How long a refused client may go on sending its body, in milliseconds. The body is dropped. */
const LINGER_MS = 10_000;

let waiting: (() => void)[] = [];
/** Connections whose last answer was written while the client was still sending. */
const refused = new WeakSet<Duplex>();

/**
 * Writes an answer to a request. Answers to all requests of one turn of the event loop are written together at its end.
 * Each write wakes the client that waits for it, and that costs more than the answer. Writing together wakes clients less
 * often.
 */
export function writeAnswer(response: ServerResponse, answer: Answer, options: WriteOptions = {}): void {
  waiting.push(() => write(response, answer, options));
  if (waiting.length === 1) setImmediate(writeWaiting);
}

/**
 * Writes the waiting answers at once. This is called when a client has ended its side, because node then ends the
 * connection.
 */
export function writeWaiting(): void {
  const now = waiting;
  waiting = [];
  for (const one of now) one();
}

/** Whether a connection has had its last answer, and is only being read to its end. */
export function isRefused(socket: Duplex): boolean {
  return refused.has(socket);
}

function write(response: ServerResponse, answer: Answer, { close = false }: WriteOptions): void {
  const { status, body } = answer;
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, headerList(answer, bytes, close));
  if (close && !response.req.complete) writeBeforeEnd(response, body);
  // latin1 is cheaper, and gives the same bytes if all characters are ASCII.
  else response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/**
 * Answers a request whose body is still arriving. The body is read to its end. If it stayed unread, the system would
 * send RST instead of FIN, and a client that sends everything before it reads would never see the answer.
 */
function writeBeforeEnd(response: ServerResponse, body: string): void {
  const { req: request } = response;
  refused.add(request.socket);
  response.write(body);
  const end = () => response.end();
  const timer = setTimeout(end, LINGER_MS).unref();
  request.once('end', end).once('close', () => clearTimeout(timer));
  request.resume();
}
