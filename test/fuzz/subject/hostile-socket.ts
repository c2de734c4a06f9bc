import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { within } from '../../support/within.js';
import { PATIENCE_MS } from './watched-process.js';

/** A TCP connection that sends bytes, and looks at no answer but the first. */
export class HostileSocket {
  readonly #socket: Socket;
  readonly closed: Promise<void>;
  #received = 0;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      this.#received += chunk.length;
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.once('close', () => {
        resolve();
        this.#wake();
      });
    });
  }

  /** Begins a connection; over TLS with `ca`. What is written before it is there follows. */
  static open(port: number, ca?: string): HostileSocket {
    if (ca === undefined) return new HostileSocket(connect(port, '127.0.0.1'));
    return new HostileSocket(connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca }));
  }

  get isClosed(): boolean {
    return this.#socket.closed;
  }

  write(bytes: Uint8Array | string): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Waits for the first byte of an answer, or the end. */
  async answered(): Promise<void> {
    const changed = async () => {
      while (this.#received === 0 && !this.#socket.closed) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    };
    await within(changed(), 'an answer or the end', PATIENCE_MS);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  /** Says that nothing more comes. The other end has to close too, which `closed` tells. */
  end(): void {
    this.#socket.resume();
    this.#socket.end();
  }

  /** Without a word: as a TCP reset if it is plain, which Node does not do under TLS. */
  reset(): void {
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
