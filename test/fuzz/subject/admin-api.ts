import { Agent, request } from 'node:http';
import { Finding } from '../finding.js';
import { PATIENCE_MS } from './watched-process.js';

export interface OpenedTunnel {
  readonly tunnel: { readonly id: string };
  readonly sourceAccessToken: string;
  readonly destinationAccessToken: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** HTTP to the service as a careful program speaks it, over connections that are used again. */
export class AdminApi implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });

  /** By how much the service's clock was moved, in milliseconds. */
  advancedMs = 0;

  constructor(readonly port: number) {}

  async advance(ms: unknown): Promise<void> {
    const { status } = await this.call('POST', '/admin/clock/advance', { ms });
    if (status === 200) this.advancedMs += ms as number;
  }

  /** @throws {Finding} if no answer comes, or one that blames the service (5xx). */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const fail = (what: string) => reject(new Finding(`${method} ${path}: ${what}`));
      const sent = request(
        {
          host: '127.0.0.1',
          port: this.port,
          method,
          path,
          // Node frames the body of a DELETE only if it is told the length.
          headers: text === undefined ? headers : { 'content-length': Buffer.byteLength(text), ...headers },
          agent: this.#agent,
          timeout: PATIENCE_MS,
        },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', (error) => fail(error.message));
          answer.on('end', () => {
            const status = answer.statusCode!;
            const answered = Buffer.concat(parts).toString();
            if (status >= 500) fail(`answered with ${status} ${answered.slice(0, 500)}`);
            else resolve({ status, body: answered });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`no answer in ${PATIENCE_MS} ms`)));
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // The service ends an idle connection after some seconds; a request may be on its way to it at that moment.
        const crossed = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        if (crossed) this.call(method, path, body, headers).then(resolve, reject);
        else fail(error.message);
      });
      sent.end(text);
    });
  }

  async openTunnel(services: readonly string[]): Promise<OpenedTunnel> {
    const { status, body } = await this.call('POST', '/admin/tunnels', { services });
    if (status !== 201) throw new Finding(`A tunnel is refused: ${status} ${body}`);
    return JSON.parse(body) as OpenedTunnel;
  }

  async forgetTunnel(id: string): Promise<void> {
    await this.call('DELETE', `/admin/tunnels/${id}?delete=true`);
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
