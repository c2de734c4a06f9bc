import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CHANNEL_ID_HEADER } from '../../protocol/index.js';
import type { Clock } from '../kit/index.js';

/** An HTTP answer written to a bare socket: node has let go of it by the time an upgrade is refused. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How long a refused client may take to read the answer and hang up, in milliseconds. */
const LINGER_MS = 2000;

/** Answers, ends the connection, and lets what the client still sends run into the void. */
export function answerAndEnd(socket: Duplex, answer: RawAnswer, clock: Clock): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) return void socket.destroy();
  const body = Buffer.from(answer.body);
  const headers = { ...answer.headers, 'content-length': String(body.length), connection: 'close' };
  socket.end(Buffer.concat([Buffer.from(headOf(answer.status, headers)), body]));
  // Unread bytes at the end would turn it into a reset, and the client might never see the answer.
  socket.resume();
  const timer = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => timer.cancel());
}

/** Status line and headers, the empty line included. */
export function headOf(status: number, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.join('')}\r\n`;
}

/** A plain-text refusal with a `channel-id`, as every answer of the data plane has one (H10). */
export function plainRefusal(status: number, reason: string, channelId: string): RawAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', [CHANNEL_ID_HEADER]: channelId };
  return { status, headers, body: reason };
}
