import { CHANNEL_ID_HEADER } from '../../protocol/index.js';

/**
 * An answer before it is written. Rooms return it, so that they need no socket; {@link writeAnswer} writes it to a request's
 * response, {@link answerSocket} to a bare socket.
 */
export interface Answer {
  readonly status: number;
  /** Without those that tell of the body's length and of the connection. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(status: number, body: unknown, headers?: Answer['headers']): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

export function textAnswer(status: number, body: string, headers?: Answer['headers']): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, body };
}

/** A plain-text refusal with a `channel-id`, as every answer of the data plane has one (H10). */
export function refusal(status: number, reason: string, channelId: string): Answer {
  return textAnswer(status, reason, { [CHANNEL_ID_HEADER]: channelId });
}

/**
 * All headers of an answer: names and values in turn, which costs node half of what an object does. The length is given, so
 * that the simplest client can read the body; 204 has neither (RFC 9110 8.6).
 * @param close ends the connection behind the answer.
 */
export function headerList({ status, headers }: Answer, bodyBytes: number, close: boolean): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name]!);
  if (status !== 204) list.push('content-length', String(bodyBytes));
  if (close) list.push('connection', 'close');
  return list;
}
