import { type IncomingMessage, request } from 'node:http';
import type { ServiceOptions } from '../../../src/mock-service/index.js';
import { within } from '../../support/within.js';
import { startFrozen } from '../faults/harness.js';

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape.
  readonly json: any;
}

/** A service on a clock that stands still, and a client of its admin API. */
export async function startAdmin(options: ServiceOptions = {}) {
  const raw = await startFrozen(options);
  const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(raw.service.port, method, path, body, headers);
  return {
    ...raw,
    ask,
    get: (path: string) => ask('GET', path),
    post: (path: string, body: unknown = {}) => ask('POST', path, body),
  };
}

/** One request; a text body goes as it is. */
export function call(
  port: number,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const asked = new Promise<Answer>((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      void readAll(response).then((text) => {
        const type = response.headers['content-type'] ?? '';
        const json = type === 'application/json' ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode!, type, text, json });
      }, reject);
    });
    outgoing.on('error', reject);
    outgoing.end(typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body));
  });
  return within(asked, `the answer to ${method} ${path}`);
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
