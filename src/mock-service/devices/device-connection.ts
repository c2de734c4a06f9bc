import { Duplex } from 'node:stream';
import { PacketLimit } from './packet-limit.js';

export interface DeviceLimits {
  /** If a packet announces more bytes, the connection ends. */
  readonly maxPacketBytes: number;
  /** If more bytes than this wait for a device, it has stopped reading, and its connection ends. */
  readonly maxQueuedBytes: number;
}

/**
 * A device's connection, as the broker gets it. It adds limits that the broker does not have: for the size of a packet
 * before it is gathered, and for the bytes that wait for a device.
 */
export class DeviceConnection extends Duplex {
  readonly #socket: Duplex;
  readonly #limits: DeviceLimits;
  readonly #incoming: PacketLimit;

  constructor(socket: Duplex, limits: DeviceLimits) {
    super();
    this.#socket = socket;
    this.#limits = limits;
    this.#incoming = new PacketLimit(limits.maxPacketBytes);
    this.#incoming.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) this.#incoming.pause();
    });
    this.#incoming.on('end', () => this.push(null));
    this.#incoming.on('error', (error) => this.destroy(error));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pipe(this.#incoming);
  }

  override _read(): void {
    this.#incoming.resume();
  }

  override write(chunk: unknown, ...rest: never[]): boolean {
    if (this.writableLength <= this.#limits.maxQueuedBytes) return super.write(chunk, ...rest);
    this.destroy(new Error(`Over ${this.#limits.maxQueuedBytes} bytes wait: the device does not read`));
    return false;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.unpipe(this.#incoming);
    this.#incoming.destroy();
    this.#socket.destroy();
    done(error);
  }
}
