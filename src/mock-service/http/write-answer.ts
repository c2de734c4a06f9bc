import type { ServerResponse } from 'node:http';
import { type Answer, headerList } from './answer.js';

interface WriteOptions {
  /** Ends the connection: a body that was not read to its end would be taken for the next request. */
  readonly close?: boolean;
}

let waiting: (() => void)[] = [];

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

function write(response: ServerResponse, answer: Answer, { close = false }: WriteOptions): void {
  const { status, body } = answer;
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, headerList(answer, bytes, close));
  // One byte a character, where that is all there is, is the cheaper way.
  response.end(body, bytes === body.length ? 'latin1' : 'utf8');
}
