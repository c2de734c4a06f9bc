import type { Socket } from 'node:net';
import type { MessageFormat, Side } from '../../../src/protocol/index.js';
import type { Address } from '../../../src/scenario-runner/index.js';
import type { Hooks, Mutant } from '../mutant.js';
import { Direction } from './direction.js';
import { endOfHead, Head } from './head.js';
import { dial, type Trust } from './secured.js';
import { type Memory, Wire } from './wire.js';

export interface SessionOptions {
  readonly mutant: Mutant;
  readonly service: Address;
  /** The CA to trust, in PEM. */
  readonly ca: string;
  readonly role: Side;
  readonly version: MessageFormat;
  readonly configured: readonly string[];
  readonly memory: Memory;
  readonly number: number;
  readonly crash: () => void;
  readonly exit: (status: number) => void;
}

const EMPTY = Buffer.alloc(0);

/** One TCP connection of the good client, and the one to the service that answers it. */
export class Session {
  readonly #client: Socket;
  readonly #options: SessionOptions;
  readonly #hooks: Hooks;
  readonly #wire: Wire;
  readonly #up: Direction;
  readonly #down: Direction;
  #service: Socket | undefined;
  #request: Buffer = EMPTY;
  #response: Buffer = EMPTY;
  #requestSent: Buffer | undefined;
  /** `head` until the response is whole; then frames, or bytes of a response that is no 101. */
  #phase: 'head' | 'frames' | 'bytes' = 'head';
  #isOver = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(client: Socket, options: SessionOptions) {
    this.#client = client;
    this.#options = options;
    const { role, version, configured, memory, number, crash, exit } = options;
    this.#wire = new Wire({
      role,
      version,
      configured,
      memory,
      number,
      crash,
      exit,
      drop: () => this.destroy(),
      sendUp: (bytes) => this.#up.send(bytes),
      sendDown: (bytes) => this.#down.send(bytes),
    });
    this.#hooks = options.mutant.hooks(this.#wire);
    this.#up = new Direction(this.#hooks.up ?? {}, this.#wire, true, (bytes) => this.#toService(bytes));
    this.#down = new Direction(this.#hooks.down ?? {}, this.#wire, false, (bytes) => this.#toClient(bytes));
    client.setNoDelay(true);
    client.on('data', (chunk: Buffer) => this.#fromClient(chunk));
    client.on('error', () => {});
    client.once('close', () => this.#clientGone());
  }

  destroy(): void {
    this.#isOver = true;
    clearTimeout(this.#retry);
    this.#client.destroy();
    this.#service?.destroy();
  }

  #fromClient(chunk: Buffer): void {
    if (this.#requestSent !== undefined) {
      if (this.#phase === 'frames') this.#up.push(chunk);
      else this.#toService(chunk);
      return;
    }
    this.#request = Buffer.concat([this.#request, chunk]);
    const end = endOfHead(this.#request);
    if (end < 0) return;
    const head = new Head(this.#request.subarray(0, end));
    this.#hooks.request?.(head);
    this.#requestSent = Buffer.concat([head.bytes(), this.#request.subarray(end)]);
    this.#dial();
  }

  #dial(trust: Trust = this.#options.mutant.tls ?? 'none'): void {
    if (this.#isOver) return;
    const { service: address, ca } = this.#options;
    let isReady = false;
    const service = dial(address, trust, ca, (socket) => {
      isReady = true;
      socket.write(this.#requestSent!);
    });
    this.#service = service;
    this.#response = EMPTY;
    service.setNoDelay(true);
    service.on('error', () => {});
    service.on('data', (chunk: Buffer) => this.#fromService(service, chunk));
    service.once('close', () => {
      if (trust === 'or plain' && !isReady) this.#dial('none');
      else this.#serviceGone(service);
    });
  }

  #fromService(service: Socket, chunk: Buffer): void {
    if (service !== this.#service || this.#isOver) return;
    if (this.#phase === 'bytes') this.#toClient(chunk);
    else if (this.#phase === 'frames') this.#down.push(chunk);
    else {
      const bytes = this.#hooks.responseBytes === undefined ? chunk : this.#hooks.responseBytes(chunk);
      if (bytes !== null) this.#answered(service, bytes);
    }
  }

  #answered(service: Socket, bytes: Buffer): void {
    this.#response = Buffer.concat([this.#response, bytes]);
    const end = endOfHead(this.#response);
    if (end < 0) return;
    const head = new Head(this.#response.subarray(0, end));
    const again = head.status === 101 ? undefined : this.#hooks.refused?.(head.status);
    if (again !== undefined) {
      this.#service = undefined;
      service.destroy();
      this.#retry = setTimeout(() => this.#dial(), again);
      return;
    }
    this.#hooks.response?.(head);
    if (this.#isOver) return;
    this.#phase = head.status === 101 ? 'frames' : 'bytes';
    this.#toClient(head.bytes());
    const rest = this.#response.subarray(end);
    this.#response = EMPTY;
    if (rest.length === 0) return;
    if (this.#phase === 'frames') this.#down.push(rest);
    else this.#toClient(rest);
  }

  /** Whoever writes faster than the other reads is held: nothing is kept here but what sockets hold. */
  #toClient(bytes: Uint8Array): void {
    if (this.#client.destroyed || this.#client.write(bytes)) return;
    this.#service?.pause();
    this.#client.once('drain', () => this.#service?.resume());
  }

  #toService(bytes: Uint8Array): void {
    const service = this.#service;
    if (service === undefined || service.destroyed || service.write(bytes)) return;
    this.#client.pause();
    service.once('drain', () => this.#client.resume());
  }

  #serviceGone(service: Socket): void {
    if (service !== this.#service || this.#isOver) return;
    this.#options.memory.streams = this.#wire.streams;
    if (this.#hooks.lost?.() === true) return;
    if (this.#response.length > 0) this.#toClient(this.#response);
    this.#isOver = true;
    this.#client.destroySoon();
  }

  #clientGone(): void {
    this.#isOver = true;
    clearTimeout(this.#retry);
    this.#options.memory.streams = this.#wire.streams;
    if (this.#hooks.gone?.() !== true) this.#service?.destroySoon();
  }
}
