import { randomBytes, randomInt } from 'node:crypto';
import { type MessageFormat, MessageType, type RuleId, type Side } from '../../protocol/index.js';
import type { Declarations, StartRequest } from '../adapters/adapter.js';
import { Finding, Skip, type SkipCode } from '../verdicts/finding.js';
import type { Arrival } from '../wire/arrival.js';
import { after } from './after.js';
import type { Application } from './application.js';
import { type Blame, type Complaint, finding } from './blame.js';
import type { ClientUnderTest } from './client.js';
import type { ClientSocket } from './client-socket.js';
import { LiveStream, type StreamIds } from './live-stream.js';
import { echoesAfresh } from './marked-echo.js';
import { dialled, sourceStarts } from './opening.js';
import { otherId } from './other-id.js';
import { race } from './race.js';
import type { ScriptedService } from './scripted-service.js';
import { letLoopTurn } from './turns.js';

export interface TrialParts {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly declares: Declarations;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly app: Application;
  readonly patienceMs: number;
  readonly long: boolean;
  /** What the client was told when it was started. */
  readonly request: StartRequest;
  /** Runs something with a client of its own, freshly started; its findings come through. */
  readonly afresh: (run: (trial: Trial) => Promise<void>) => Promise<void>;
  /** How many such clients may run at once. */
  readonly clientsAtOnce: number;
}

/** How a connection through the client is opened. */
export interface Opening {
  /** Default: the tunnel's first. */
  readonly serviceId?: string;
  /** A stream that lives: the connection is a further one on it (S9). */
  readonly on?: LiveStream;
  /** The application does not read at first. */
  readonly paused?: boolean;
  /** What the application at a source writes as soon as it has connected. */
  readonly writesAtOnce?: Buffer;
  /** How the STREAM_START of a stream that the service starts arrives. */
  readonly arrival?: Arrival;
  /** Ids for what the service starts, where the scenario wants certain ones. */
  readonly ids?: Partial<StreamIds>;
  /**
   * What came before must have done no harm: a connection has to open and to carry bytes, on the WebSocket that is open
   * now. What goes wrong is blamed on this.
   */
  readonly blame?: Blame;
}

/** What a client is asked to survive. */
export interface Survival extends Blame {
  /** The stream that was concerned: it goes on, or the client ends it, its WebSocket or itself; it may not go deaf. */
  readonly stream?: LiveStream;
  /** Whether the client may have ended in order. Default true. */
  readonly mayEnd?: boolean;
}

/** How often a client that was shaken is asked for a new connection. */
const MAX_TRIES = 3;
const NOTHING_WORKS = 'no-new-connection';
const GAVE_UP = 'gave-up-websocket';

/** Everything a scenario about a client can speak of. */
export class Trial implements TrialParts {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly declares: Declarations;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly app: Application;
  readonly patienceMs: number;
  /** Whether the long suite runs: real sizes and times. */
  readonly long: boolean;
  /** @internal */
  readonly request: StartRequest;
  readonly afresh: TrialParts['afresh'];
  /** @internal */
  readonly clientsAtOnce: number;
  readonly #lastStreams = new Map<string, LiveStream>();

  constructor(parts: TrialParts) {
    this.role = parts.role;
    this.version = parts.version;
    this.declares = parts.declares;
    this.service = parts.service;
    this.client = parts.client;
    this.app = parts.app;
    this.patienceMs = parts.patienceMs;
    this.long = parts.long;
    this.request = parts.request;
    this.afresh = parts.afresh;
    this.clientsAtOnce = parts.clientsAtOnce;
    this.service.patienceMs = parts.patienceMs;
    this.app.meets(parts.client);
  }

  /** The service id that streams use unless told otherwise; '' for a tunnel without. */
  get serviceId(): string {
    return this.service.services[0] ?? '';
  }

  /** The rule under which this role carries bytes between application and tunnel. */
  get carries(): RuleId {
    return this.role === 'source' ? 'S3' : 'S4';
  }

  /** Ids of a stream as this version's peer would start it: a stream id that is new, with all its bytes in use. */
  newIds(serviceId = this.serviceId): StreamIds {
    return {
      streamId: randomInt(1_000_000, 2_000_000_000),
      serviceId: this.version === 'V1' ? '' : serviceId,
      connectionId: this.version === 'V3' ? 1 : 0,
    };
  }

  /**
   * The client's WebSocket: the one that is open, or the next. Starts the client where it does not run yet.
   * @throws {Finding} H1 where it never connected, S13 where it does not come back; or as the blame says
   */
  connected(blame: Partial<Blame> = {}): Promise<ClientSocket> {
    return this.client.connects(blame);
  }

  /**
   * Opens a connection through the client, which connects first where it has not yet: an application dials a source, the
   * service starts a stream towards a destination.
   */
  async opens(options: Opening = {}): Promise<LiveStream> {
    if (options.blame !== undefined) return this.#opensUnharmed(options, options.blame);
    if (options.on !== undefined) return this.#opensFurther(options.on, options);
    const socket = await this.connected();
    const serviceId = options.serviceId ?? this.serviceId;
    if (this.role === 'source') {
      const { app, address } = await sourceStarts(this, socket, serviceId, options);
      return new LiveStream(address, socket, app, this.client, this.patienceMs);
    }
    const address = { ...this.newIds(serviceId), ...options.ids };
    this.resetLast(socket, serviceId);
    this.app.acceptsPaused = options.paused === true;
    socket.inject({ type: MessageType.STREAM_START, ...address }, options.arrival);
    const stream = await dialled(this, socket, address, serviceId).finally(() => {
      this.app.acceptsPaused = false;
    });
    this.#lastStreams.set(serviceId, stream);
    return stream;
  }

  async #opensFurther(stream: LiveStream, options: Opening): Promise<LiveStream> {
    if (this.role === 'destination') {
      const { connectionId = otherId(stream.connectionId, 1) } = options.ids ?? {};
      const address = { ...stream.ids, connectionId };
      stream.socket.inject({ type: MessageType.CONNECTION_START, ...address });
      return dialled(this, stream.socket, address, stream.serviceId);
    }
    const socket = await this.connected();
    const { app, address } = await sourceStarts(this, socket, stream.serviceId || this.serviceId, options);
    const isStartedAgain = address.type === MessageType.STREAM_START && address.streamId === stream.streamId;
    const symptom = 'starts-live-stream-again';
    this.check(!isStartedAgain, { rule: 'S9', symptom });
    return new LiveStream(address, socket, app, this.client, this.patienceMs);
  }

  async #opensUnharmed({ blame: _, ...options }: Opening, blame: Blame): Promise<LiveStream> {
    const before = this.service.sockets.at(-1);
    try {
      // What was sent to end streams must not end the one that an application opens now.
      await before?.settles();
      const first = await this.opens(options);
      // A ping may be answered by a part of the client that is ahead of the one that ends streams.
      const isEnded = (await first.fence(blame)) === 'ended' && before?.open === true;
      if (isEnded) first.app.closes();
      const stream = isEnded ? await this.opens(options) : first;
      await stream.echoes(blame);
      this.check(stream.socket === before, { ...blame, symptom: GAVE_UP });
      return stream;
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      throw finding(blame, before?.open === true ? NOTHING_WORKS : GAVE_UP, error.message);
    }
  }

  /** Ends the stream of a V3 destination: it outlives its connections, and replacing it is a rule of its own (S5). @internal */
  resetLast(socket: ClientSocket, serviceId = this.serviceId): void {
    const last = this.#lastStreams.get(serviceId);
    if (last?.socket === socket && last.connectionId !== 0 && !last.isStreamReset) {
      last.inject({ type: MessageType.STREAM_RESET });
    }
  }

  /**
   * The client must be alive: its WebSocket carries a fresh stream, or it has come back and does, or it ended in order
   * where the rules let it. A crash, deafness, and bytes that reach an application they are not for are findings.
   */
  async survives(survival: Survival): Promise<void> {
    const { stream, mayEnd = true, ...blame } = survival;
    if (stream !== undefined && (await this.#goesOn(stream, blame))) return;
    for (let tries = 1; ; tries++) {
      this.client.throwIfCrashed();
      const { exit } = this.client;
      if (exit !== undefined) {
        this.check(mayEnd, { ...blame, symptom: 'ended', detail: `status ${exit.status}` });
        return;
      }
      if (!this.#isLinked() && !this.declares.reconnects && mayEnd) return;
      try {
        // One that has ended meanwhile is asked by its exit.
        if (!this.#isLinked() && !(await this.#comesBack(blame, mayEnd))) continue;
        await echoesAfresh(this, blame, stream);
        return;
      } catch (error) {
        if (!(error instanceof Finding)) throw error;
        // It may still have been on its way to a new connection when it was asked: an application tries again.
        if (tries < MAX_TRIES) continue;
        throw finding(blame, NOTHING_WORKS, error.message);
      }
    }
  }

  /** Whether the stream carries bytes; else the application ends its connection, too. */
  async #goesOn(stream: LiveStream, blame: Blame): Promise<boolean> {
    const outcome = await stream.fence(blame);
    this.client.throwIfCrashed();
    if (outcome === 'alive') return true;
    this.check(!stream.hasForeignBytes, { ...blame, symptom: 'foreign-bytes' });
    if (outcome === 'deaf') throw finding(blame, 'neither-goes-on-nor-ends', 'no bytes pass');
    stream.app.closes();
    return false;
  }

  #isLinked(): boolean {
    return this.service.sockets.some(({ open }) => open);
  }

  /** Waits for a new WebSocket; false where the client ended instead and may. */
  async #comesBack(blame: Blame, mayEnd: boolean): Promise<boolean> {
    const ended = this.client.exited.then(() => false);
    const wait = this.patienceMs + this.declares.reconnectMs;
    const back = this.service.connection().then(() => true);
    return this.client.within(race([back, ended]), wait, () => {
      if (mayEnd && this.client.exit !== undefined) return false;
      throw finding(blame, 'did-not-come-back');
    });
  }

  /** Ends the scenario without a verdict. */
  skip(reason: string, code?: SkipCode): never {
    throw new Skip(reason, code);
  }

  /** @throws {Finding} where the condition does not hold. */
  check(condition: boolean, complaint: Complaint): void {
    if (!condition) throw finding(complaint);
  }

  /**
   * Waits for something that must come. A client that has crashed is blamed for that instead; one that has ended in order,
   * for what did not come.
   * @throws {Finding} where it does not come in time
   */
  awaits<T>(what: Promise<T>, complaint: Complaint): Promise<T> {
    return this.client.awaits(what, complaint);
  }

  /** Waits for something that may come: what it is, or undefined where it does not come within a time in milliseconds. */
  async comes<T>(what: Promise<T>, within: number): Promise<T | undefined> {
    this.client.throwIfOver();
    const timer = new AbortController();
    const late = after(within, timer.signal).then(() => undefined);
    const came = await race([what, late]).finally(() => timer.abort());
    await letLoopTurn();
    this.client.throwIfCrashed();
    return came as T | undefined;
  }

  /** Bytes that no two scenarios share. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
