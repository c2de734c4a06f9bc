import type { Session } from '../tunnel-connection/index.js';

/**
 * Counts the bytes that wait for applications, over all connections of a client. Each connection has its own limit, but
 * many connections together could hold too much. So beyond the common limit, the client stops reading from the tunnel.
 */
export class HeldBytes {
  readonly #limit: number;
  #bytes = 0;
  #session: Session | undefined;
  #blocking = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Sets the session that is read. Undefined while there is none. */
  use(session: Session | undefined): void {
    this.#session = session;
    this.#blocking = false;
    this.#decide();
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#decide();
  }

  remove(bytes: number): void {
    this.#bytes -= bytes;
    this.#decide();
  }

  #decide(): void {
    if (!this.#blocking && this.#bytes > this.#limit) {
      this.#blocking = true;
      this.#session?.block(this);
    } else if (this.#blocking && this.#bytes <= this.#limit / 2) {
      this.#blocking = false;
      this.#session?.unblock(this);
    }
  }
}
