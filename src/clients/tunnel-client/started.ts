import type { StreamTable } from '../stream-table/index.js';
import type { ExitReason } from '../tunnel-connection/index.js';
import type { ClientEvents, StartedClient } from './events.js';
import type { TunnelClient } from './tunnel-client.js';

/** The part of a started client that source and destination share. */
export abstract class Started implements StartedClient {
  abstract readonly closed: Promise<ExitReason>;
  protected abstract readonly client: TunnelClient<StreamTable>;

  /** Resolves when the client is ready. If it fails, it releases everything and rejects. */
  async start(): Promise<void> {
    this.client.start();
    try {
      await this.client.started;
    } catch (error) {
      await this.closed;
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.client.stop();
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  on<Name extends keyof ClientEvents>(event: Name, listener: (...values: ClientEvents[Name]) => void): void {
    // The emitter's types do not accept a generic name.
    this.client.events.on(event, listener as never);
  }
}
