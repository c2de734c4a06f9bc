import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Answer, headerList } from './answer.js';

interface WriteOptions {
  /** Ends the connection: a body that was not read to its end would be taken for the next request. */
  readonly close?: boolean;
}

/** How long a client that was refused may go on with its body, in milliseconds; nothing of it is kept. */
const LINGER_MS = 10_000;

let waiting: (() => void)[] = [];
/** Connections that have their last answer while the client still sends. */
const refused = new WeakSet<Duplex>();

/**
 * Writes an answer to a request. Answers to requests that were read in one turn of the loop leave together at its end: each
 * write wakes whoever waits for it, which costs more than the answer, and clients that are answered next are then awake.
 */
export function writeAnswer(response: ServerResponse, answer: Answer, options: WriteOptions = {}): void {
  waiting.push(() => write(response, answer, options));
  if (waiting.length === 1) setImmediate(writeWaiting);
}

/** Writes the answers that wait, at once: a client that has ended its side gets nothing later. */
export function writeWaiting(): void {
  const now = waiting;
  waiting = [];
  for (const one of now) one();
}

/** Whether a connection has had its last answer, and is only read to its end. */
export function isRefused(socket: Duplex): boolean {
  return refused.has(socket);
}

function write(response: ServerResponse, answer: Answer, { close = false }: WriteOptions): void {
  const { status, body } = answer;
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, headerList(answer, bytes, close));
  if (close && !response.req.complete) writeBeforeEnd(response, body);
  // One byte a character, where that is all there is, is the cheaper way.
  else response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}

/**
 * Answers a request whose body is still coming: bytes that nobody reads would turn the end of the connection into a
 * reset, and a client that sends all before it reads would never see the answer.
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
