import { CHANNEL_ID_HEADER } from '../../protocol/index.js';

/**
 * An answer that is not written yet. The rooms return it, so they need no socket. {@link writeAnswer} writes it to a
 * response; {@link answerSocket} writes it to a bare socket.
 */
export interface Answer {
  readonly status: number;
  /** The headers, without `content-length` and `connection`. */
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

/** A refusal in plain text. It has a `channel-id`, as every answer of the data plane (H10). */
export function refusal(status: number, reason: string, channelId: string): Answer {
  return textAnswer(status, reason, { [CHANNEL_ID_HEADER]: channelId });
}

/**
 * All headers of an answer, as a list of names and values, alternating: node writes that twice as fast as an object. It
 * has `content-length`, so that the simplest client can read the body; 204 must not have it (RFC 9110 8.6).
 * @param close adds `connection: close`: the connection ends after the answer.
 */
export function headerList({ status, headers }: Answer, bodyBytes: number, close: boolean): string[] {
  const list: string[] = [];
  for (const name in headers) list.push(name, headers[name]!);
  if (status !== 204) list.push('content-length', String(bodyBytes));
  if (close) list.push('connection', 'close');
  return list;
}
