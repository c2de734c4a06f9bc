import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../kit/index.js';
import { type Answer, headerList } from './answer.js';

/** How long a refused client may take to read the answer and end the connection, in milliseconds. */
const LINGER_MS = 2000;

/**
 * Writes an answer to a bare socket and ends the connection. This is for an upgrade, a CONNECT or an unreadable request:
 * there node has handed over the socket and offers no response object.
 */
export function answerSocket(socket: Duplex, answer: Answer, clock: Clock): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) return void socket.destroy();
  const body = Buffer.from(answer.body);
  const head = headText(answer.status, headerList(answer, body.length, true));
  socket.end(Buffer.concat([Buffer.from(head), body]));
  // If received bytes stayed unread, the system would send RST instead of FIN, and the client might never see the answer.
  socket.resume();
  const timer = clock.after(LINGER_MS, () => socket.destroy());
  socket.once('end', () => socket.destroy());
  socket.once('close', () => timer.cancel());
}

/** Status line and headers of an answer without body, such as 101, including the empty line at their end. */
export function headOf(status: number, headers: Answer['headers'], reason?: string): string {
  return headText(status, Object.entries(headers).flat(), reason);
}

function headText(
  status: number,
  list: readonly string[],
  reason = STATUS_CODES[status] ?? 'Unknown',
): string {
  let text = `HTTP/1.1 ${status} ${reason}\r\n`;
  for (let i = 0; i + 1 < list.length; i += 2) text += `${list[i]}: ${list[i + 1]}\r\n`;
  return `${text}\r\n`;
}
