import { reasonOf } from '../../clients/errors.js';
import { UsageError } from '../errors.js';

const DEFAULT_URL = 'http://127.0.0.1:8443';
const WAIT_MS = 65_000;

/** The admin API answered with an error, or did not answer. `code` is that of the API, or UNREACHABLE. */
export class AdminCallError extends Error {
  override readonly name = 'AdminCallError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface AdminFlags {
  readonly admin?: string | undefined;
  readonly adminToken?: string | undefined;
}

/** A client of the admin API of a running service. */
export class AdminClient {
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  /** @throws {UsageError} if the URL is not valid. */
  constructor({ admin = DEFAULT_URL, adminToken = process.env.TUNNEL_TESTBED_ADMIN_TOKEN }: AdminFlags) {
    if (!URL.canParse(admin) || !/^https?:/.test(admin)) {
      throw new UsageError(`--admin '${admin}' is not a URL; give one such as ${DEFAULT_URL}`);
    }
    this.#base = new URL(admin);
    this.#headers = adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` };
  }

  /** Sends a request and returns the JSON of the answer. @throws {AdminCallError} */
  async ask<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#fetch(method, path, AbortSignal.timeout(WAIT_MS), body);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /**
   * Follows server-sent events. Resolves when the service has accepted. Yields their data until the signal or the
   * service ends it.
   */
  async follow(path: string, signal: AbortSignal): Promise<AsyncGenerator<unknown>> {
    const response = await this.#fetch('GET', path, signal);
    return dataOf(response.body as AsyncIterable<Uint8Array>);
  }

  /** The full id of the only tunnel whose id begins with `start`. @throws {AdminCallError} TUNNEL_NOT_FOUND. */
  async tunnelId(start: string): Promise<string> {
    const { tunnels } = await this.ask<{ tunnels: { id: string }[] }>('GET', '/admin/tunnels');
    const matching = tunnels.filter(({ id }) => id.startsWith(start));
    if (matching.length === 1) return matching[0]!.id;
    const what =
      matching.length === 0
        ? 'No tunnel has an id that starts'
        : `${matching.length} tunnels have ids that start`;
    throw new AdminCallError('TUNNEL_NOT_FOUND', `${what} with '${start.slice(0, 130)}'`);
  }

  async #fetch(method: string, path: string, signal: AbortSignal, body?: object): Promise<Response> {
    const url = new URL(path, this.#base);
    let response: Response;
    try {
      const headers = { ...this.#headers, ...(body !== undefined && { 'content-type': 'application/json' }) };
      response = await fetch(url, {
        method,
        headers,
        signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      if (signal.aborted) throw error;
      const cause = reasonOf((error as { cause?: unknown }).cause ?? error);
      const what = `no service answers at ${this.#base.origin}: ${cause}; start 'serve', or give --admin`;
      throw new AdminCallError('UNREACHABLE', what);
    }
    if (response.ok) return response;
    const answer = (await response.json().catch(() => ({}))) as { error?: string; message?: string };
    const { error = 'UNEXPECTED', message = `${url.pathname} was answered with ${response.status}` } = answer;
    throw new AdminCallError(error, `${message} (${error})`);
  }
}

async function* dataOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop()!;
    for (const block of blocks) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}
