import type { Answer } from '../../http/index.js';

/** An answer of IoT's REST-JSON APIs. */
export function restJson(status: number, requestId: string, body: object): Answer {
  const headers = { 'content-type': 'application/json', 'x-amzn-requestid': requestId };
  return { status, headers, body: JSON.stringify(body) };
}
