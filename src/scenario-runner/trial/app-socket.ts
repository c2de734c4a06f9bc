import type { Socket } from 'node:net';
import type { Transcript } from './transcript.js';
import { Wait } from './wait.js';

/** Bytes that are held for a scenario that has not asked for them. Beyond that, TCP slows the client. */
const MAX_HELD_BYTES = 16 * 1024 * 1024;

/**
 * The TCP connection of an application: a program that dials a source, or a service that a destination dials. Received
 * bytes wait here until the scenario asks for them.
 */
export class AppSocket {
  /** @internal */
  readonly socket: Socket;
  /** Resolves when the client has ended its half, or the whole connection. */
  readonly ended: Promise<'end' | 'reset'>;
  /** The number of all bytes that were received. */
  receivedBytes = 0;
  isEnded = false;
  readonly #transcript: Transcript;
  readonly #name: string;
  #chunks: Buffer[] = [];
  #held = 0;
  #stuck: boolean;
  #closed: string | undefined;
  #sink: ((chunk: Buffer) => void) | undefined;
  /** The waits for bytes, in the order in which they began. */
  readonly #demands: { count: number; resolve: (bytes: Buffer) => void }[] = [];

  constructor(socket: Socket, name: string, transcript: Transcript, paused = false) {
    this.socket = socket;
    this.#name = name;
    this.#transcript = transcript;
    this.#stuck = paused;
    socket.setNoDelay(true);
    this.ended = new Promise((resolve) => {
      const end = (how: 'end' | 'reset'): void => {
        if (this.isEnded) return;
        this.isEnded = true;
        transcript.note('app', `${name} ${how === 'end' ? 'was closed' : 'was reset'} by the client`);
        resolve(how);
        this.#wake();
      };
      socket.once('end', () => end('end'));
      socket.once('error', () => end('reset'));
      socket.once('close', () => end('end'));
    });
    socket.on('data', (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      if (this.#sink !== undefined) {
        this.#sink(chunk);
        return;
      }
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      this.#wake();
      this.#flow();
    });
    if (!paused) return;
    transcript.recent.happened('unread-bytes');
    socket.pause();
  }

  /**
   * The number of received bytes that wait for the scenario.
   * @internal
   */
  get heldBytes(): number {
    return this.#held;
  }

  /**
   * Gives all received bytes to `sink`, instead of keeping them. Undefined ends that.
   * @internal
   */
  diverts(sink: ((chunk: Buffer) => void) | undefined): void {
    this.#sink = sink;
    if (sink === undefined) return;
    const held = this.#chunks;
    this.#chunks = [];
    this.#held = 0;
    for (const chunk of held) sink(chunk);
    this.#flow();
  }

  writes(bytes: Uint8Array): void {
    this.tells(`writes ${bytes.length} bytes`);
    this.socket.write(bytes);
  }

  /** The next `count` bytes. Resolves when they have arrived, or when the connection has ended with fewer bytes. */
  arrives(count: number): Wait<Buffer> {
    return new Wait((resolve) => {
      const demand = { count, resolve };
      this.#demands.push(demand);
      this.#wake();
      this.#flow();
      return () => {
        const at = this.#demands.indexOf(demand);
        if (at >= 0) this.#demands.splice(at, 1);
      };
    });
  }

  /** Received bytes that no step has asked for. */
  get unread(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** A line of the transcript about this connection. @internal */
  tells(what: string): void {
    this.#transcript.note('app', `${this.#name} ${what}`);
  }

  /**
   * Ends the connection. `in order`: all written bytes are still sent. `half`: ends only the sending half, and
   * continues to receive. `by reset`: with a TCP reset.
   */
  closes(how: 'in order' | 'half' | 'by reset' = 'in order'): void {
    if (this.#closed === how) return;
    this.#closed = how;
    if (!this.isEnded)
      this.#transcript.recent.happened(how === 'by reset' ? 'local-tcp-reset' : 'local-close');
    if (how === 'by reset') {
      this.tells('aborts');
      this.socket.resetAndDestroy();
      return;
    }
    this.tells(how === 'half' ? 'closes its sending half' : 'closes');
    this.socket.end();
    if (how === 'in order') this.socket.once('finish', () => this.socket.destroySoon());
  }

  stopsReading(): void {
    this.#transcript.recent.happened('unread-bytes');
    this.tells(`stops reading`);
    this.#stuck = true;
    this.#flow();
  }

  readsAgain(): void {
    this.tells(`reads again`);
    this.#stuck = false;
    this.#flow();
  }

  #flow(): void {
    const isFull = this.#held > Math.max(MAX_HELD_BYTES, this.#demands[0]?.count ?? 0);
    if (this.#stuck || isFull) this.socket.pause();
    else if (this.socket.isPaused()) this.socket.resume();
  }

  #wake(): void {
    for (let first = this.#demands[0]; first !== undefined; first = this.#demands[0]) {
      if (this.#held < first.count && !this.isEnded) return;
      this.#demands.shift();
      first.resolve(this.#takes(first.count));
    }
  }

  #takes(count: number): Buffer {
    const all = Buffer.concat(this.#chunks);
    const taken = all.subarray(0, count);
    const rest = all.subarray(taken.length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return taken;
  }
}
