import { Duplex } from 'node:stream';
import type { Conversation, Dialect, SessionTerms } from './dialect.js';
import { Mqtt5 } from './mqtt5.js';
import { PacketLimit } from './packet-limit.js';
import { MQTT_5, protocolLevel } from './protocol-level.js';
import { REASON, type Reason } from './reasons.js';

/** How long a device may take to hang up once it was told the end, in milliseconds. */
const LINGER_MS = 1000;

export interface DeviceLimits {
  /** If a packet announces more bytes, the connection ends. */
  readonly maxPacketBytes: number;
  /** If more bytes than this wait for a device, it has stopped reading, and its connection ends. */
  readonly maxQueuedBytes: number;
}

/**
 * A device's connection, as the broker gets it. It adds limits that the broker does not have: for the size of a packet
 * before it is gathered, and for the bytes that wait for a device. For a device that speaks MQTT 5 it translates.
 */
export class DeviceConnection extends Duplex {
  readonly #socket: Duplex;
  readonly #limits: DeviceLimits;
  readonly #incoming: PacketLimit;
  /** The first bytes, until they tell the version. */
  #start: Buffer | undefined = Buffer.alloc(0);
  #dialect: Dialect | undefined;
  readonly #toDevice: Buffer[] = [];
  /** Why it ends, if it does; for a device that can be told. */
  reason: Reason = REASON.unspecified;

  constructor(socket: Duplex, limits: DeviceLimits) {
    super();
    this.#socket = socket;
    this.#limits = limits;
    this.#incoming = new PacketLimit(limits.maxPacketBytes);
    this.#incoming.on('data', (chunk: Buffer) => this.#heard(chunk));
    this.#incoming.on('end', () => this.push(null));
    this.#incoming.on('error', (error) => {
      this.reason = REASON.packetTooLarge;
      this.destroy(error);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
    socket.pipe(this.#incoming);
  }

  /** The terms of the session where its device could set them: MQTT 3.1.1 has but `clean`. */
  get session(): SessionTerms | undefined {
    return this.#dialect?.session;
  }

  /** The broker reads once for each `readable`. Since Node 26 one read gives one piece, and the rest would lie there. */
  override read(size?: number | null): Buffer | null {
    if (typeof size === 'number') return super.read(size);
    const pieces: Buffer[] = [];
    for (let piece = super.read(); piece !== null; piece = super.read()) pieces.push(piece);
    return pieces.length > 1 ? Buffer.concat(pieces) : (pieces[0] ?? null);
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
    if (this.#dialect === undefined) return void this.#socket.write(chunk, encoding, done);
    this.#dialect.fromBroker(chunk);
    const translated = this.#takeToDevice();
    if (translated.length === 0) done();
    else this.#socket.write(translated, done);
  }

  /** The broker writes a packet in pieces of a byte or two. Over WebSocket each would be a message of its own. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'utf8', done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#socket.unpipe(this.#incoming);
    this.#incoming.destroy();
    const last = this.#dialect?.farewell(this.reason);
    if (last !== undefined) this.#toDevice.push(last);
    this.#leave(this.#takeToDevice());
    done(error);
  }

  #heard(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#start !== undefined) {
      bytes = Buffer.concat([this.#start, chunk]);
      const level = protocolLevel(bytes);
      this.#start = level === undefined ? bytes : undefined;
      if (level === undefined) return;
      if (level === MQTT_5) this.#dialect = new Mqtt5(this.#conversation(), this.#limits);
    }
    if (this.#dialect === undefined) return void this.#toBroker(bytes);
    this.#dialect.fromDevice(bytes);
    const translated = this.#takeToDevice();
    if (translated.length === 0 || this.destroyed) return;
    this.#socket.write(translated);
    if (this.#socket.writableLength > 2 * this.#limits.maxQueuedBytes) this.destroy();
  }

  #conversation(): Conversation {
    return {
      toBroker: (bytes) => this.#toBroker(bytes),
      toDevice: (bytes) => this.#toDevice.push(bytes),
      end: () => this.destroy(),
    };
  }

  #toBroker(bytes: Buffer): void {
    if (!this.destroyed && !this.push(bytes)) this.#incoming.pause();
  }

  #takeToDevice(): Buffer {
    return Buffer.concat(this.#toDevice.splice(0));
  }

  /** What was written before may still be on its way: a device gets the time to read all of it, and no more than that. */
  #leave(last: Buffer): void {
    const socket = this.#socket;
    const waits = last.length + socket.writableLength > 0;
    if (!waits || !socket.writable) return void socket.destroy();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('end', () => socket.destroy());
    socket.end(last);
    // Bytes that nobody reads would turn the end into a reset, and the device might never see what it was told.
    socket.resume();
  }
}
