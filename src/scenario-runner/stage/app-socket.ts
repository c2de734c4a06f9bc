import type { Socket } from 'node:net';
import type { Transcript } from './transcript.js';

/**
 * An application's TCP connection: the program in front of a source, or the service behind a destination.
 * Received bytes wait here until the scenario asks for them.
 */
export class AppSocket {
  readonly socket: Socket;
  /** Resolves when the client ended its half, or the whole connection. */
  readonly ended: Promise<'end' | 'reset'>;
  /** All bytes ever received. */
  receivedBytes = 0;
  isEnded = false;
  readonly #transcript: Transcript;
  readonly #name: string;
  #chunks: Buffer[] = [];
  #held = 0;
  #waiting: (() => void)[] = [];

  constructor(socket: Socket, name: string, transcript: Transcript, paused = false) {
    this.socket = socket;
    this.#name = name;
    this.#transcript = transcript;
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
      this.#chunks.push(chunk);
      this.#held += chunk.length;
      this.receivedBytes += chunk.length;
      this.#wake();
    });
    if (paused) socket.pause();
  }

  writes(bytes: Uint8Array): void {
    this.#transcript.note('app', `${this.#name} writes ${bytes.length} bytes`);
    this.socket.write(bytes);
  }

  /** Resolves when `count` bytes are there, or the connection has ended with less. */
  async arrives(count: number): Promise<Buffer> {
    while (this.#held < count && !this.isEnded) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    const all = Buffer.concat(this.#chunks);
    const taken = all.subarray(0, count);
    const rest = all.subarray(taken.length);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return taken;
  }

  /** Bytes received that nobody has asked for. */
  get unread(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Closes in order: what was written still goes out. */
  closes(): void {
    this.#transcript.note('app', `${this.#name} closes`);
    this.socket.end();
    this.socket.once('finish', () => this.socket.destroySoon());
  }

  /** Ends its sending half and goes on receiving. */
  halfCloses(): void {
    this.#transcript.note('app', `${this.#name} closes its sending half`);
    this.socket.end();
  }

  /** Ends with a TCP reset. */
  aborts(): void {
    this.#transcript.note('app', `${this.#name} aborts`);
    this.socket.resetAndDestroy();
  }

  stopsReading(): void {
    this.#transcript.note('app', `${this.#name} stops reading`);
    this.socket.pause();
  }

  readsAgain(): void {
    this.#transcript.note('app', `${this.#name} reads again`);
    this.socket.resume();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
