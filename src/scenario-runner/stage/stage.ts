import { randomBytes, randomInt } from 'node:crypto';
import { type MessageFormat, MessageType, type RuleId, type Side } from '../../protocol/index.js';
import type { Declarations, StartRequest } from '../adapters/adapter.js';
import type { SymptomName } from '../verdicts/symptoms.js';
import type { Arrival } from '../wire/arrival.js';
import type { Application } from './application.js';
import { after, type ClientUnderTest } from './client.js';
import { Finding, type Force, Skip, type SkipCode } from './finding.js';
import type { Link } from './link.js';
import { LiveStream, type StreamAddress } from './live-stream.js';
import { echoesAfresh } from './marked-echo.js';
import { dialled, sourceStarts } from './opening.js';
import { otherId } from './other-id.js';
import { race } from './race.js';
import type { ScriptedService } from './scripted-service.js';

export interface StageParts {
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
  readonly afresh: (run: (stage: Stage) => Promise<void>) => Promise<void>;
  /** How many such clients may run at once. */
  readonly clientsAtOnce: number;
}

export interface OpenOptions {
  /** Default: the tunnel's first. */
  readonly serviceId?: string;
  /** The application does not read at first. */
  readonly paused?: boolean;
  /** What the application at a source writes as soon as it has connected. */
  readonly writesAtOnce?: Buffer;
  /** How the STREAM_START of a stream that the service starts arrives. */
  readonly arrival?: Arrival;
  /** Ids for a stream that the service starts, where the scenario wants certain ones. */
  readonly address?: Partial<StreamAddress>;
}

/** How often a client that was shaken is asked for a new connection. */
const MAX_TRIES = 3;

/** Everything a scenario about a client can speak of. */
export class Stage implements StageParts {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly declares: Declarations;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly app: Application;
  readonly patienceMs: number;
  /** Whether the long suite runs: real sizes and times. */
  readonly long: boolean;
  readonly request: StartRequest;
  readonly afresh: StageParts['afresh'];
  readonly clientsAtOnce: number;
  readonly #lastStreams = new Map<string, LiveStream>();

  constructor(parts: StageParts) {
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
  }

  /** The service id that streams use unless told otherwise; '' for a tunnel without. */
  get serviceId(): string {
    return this.service.services[0] ?? '';
  }

  /** A stream id that is new, with all its bytes in use. */
  newStreamId(): number {
    return randomInt(1_000_000, 2_000_000_000);
  }

  /** The address of a stream as this version's peer would start it. */
  newAddress(serviceId = this.serviceId): StreamAddress {
    return {
      streamId: this.newStreamId(),
      serviceId: this.version === 'V1' ? '' : serviceId,
      connectionId: this.version === 'V3' ? 1 : 0,
    };
  }

  /** Opens a connection through the client: the client connects first where it has not yet. */
  async opens(options: OpenOptions = {}): Promise<LiveStream> {
    const link = await this.connected();
    if (this.role === 'destination') return this.startsStream(options);
    const serviceId = options.serviceId ?? this.serviceId;
    const { app, address } = await sourceStarts(this, link, serviceId, options);
    return new LiveStream(address, link, app, this.client, this.patienceMs);
  }

  /** The client's WebSocket: the one that is open, or the next. */
  async connected(): Promise<Link> {
    const current = this.service.allLinks.at(-1);
    if (current?.open === true && this.service.links.untaken.length === 0) return this.client.link;
    return this.client.connects();
  }

  /** A destination: the service starts a stream, and the client must dial the target. */
  async startsStream(options: OpenOptions = {}): Promise<LiveStream> {
    const serviceId = options.serviceId ?? this.serviceId;
    const address = { ...this.newAddress(serviceId), ...options.address };
    const { link } = this.client;
    this.resetLast(link, serviceId);
    link.inject({ type: MessageType.STREAM_START, ...address }, options.arrival);
    const stream = await dialled(this, address, serviceId);
    this.#lastStreams.set(serviceId, stream);
    return stream;
  }

  /** Ends the stream of a V3 destination: it outlives its connections, and replacing it is a rule of its own (S5). */
  resetLast(link: Link, serviceId = this.serviceId): void {
    const last = this.#lastStreams.get(serviceId);
    if (last?.link === link && last.connectionId !== 0 && !last.isStreamReset) {
      last.inject({ type: MessageType.STREAM_RESET });
    }
  }

  /** A further connection on a V3 stream (S9). */
  async opensAnother(
    stream: LiveStream,
    connectionId = otherId(stream.connectionId, 1),
  ): Promise<LiveStream> {
    if (this.role === 'destination') {
      const address = { ...stream.address, connectionId };
      stream.link.inject({ type: MessageType.CONNECTION_START, ...address });
      return dialled(this, address, stream.serviceId);
    }
    const link = await this.connected();
    const { app, address } = await sourceStarts(this, link, stream.serviceId || this.serviceId, {});
    const isStartedAgain = address.type === MessageType.STREAM_START && address.streamId === stream.streamId;
    this.check(!isStartedAgain, 'S9', 'it starts the live stream again for a further connection');
    return new LiveStream(address, link, app, this.client, this.patienceMs);
  }

  /**
   * The client must be alive: either its connection carries a fresh stream, or it has come back and does, or it ended in
   * an orderly way where the rules let it.
   */
  async lives(rule: RuleId, mayEnd = true): Promise<void> {
    for (let tries = 1; ; tries++) {
      this.client.throwIfCrashed();
      if (this.client.exit !== undefined) {
        this.check(mayEnd, rule, 'it ended', `status ${this.client.exit.status}`);
        return;
      }
      if (!this.#isLinked() && !this.declares.reconnects && mayEnd) return;
      try {
        if (!this.#isLinked() && !(await this.#comesBack(rule, mayEnd))) return;
        await echoesAfresh(this, rule);
        return;
      } catch (error) {
        if (!(error instanceof Finding)) throw error;
        // It may still have been on its way to a new connection when it was asked: an application tries again.
        if (tries < MAX_TRIES) continue;
        throw new Finding(rule, 'no new connection works afterwards', error.message);
      }
    }
  }

  /** A fresh stream must work, on the WebSocket that is open. What goes wrong is put down to `rule`. */
  async stillOpens(rule: RuleId): Promise<LiveStream> {
    const before = this.service.allLinks.at(-1);
    try {
      const first = await this.opens();
      // An application may come before the client has seen what was sent to end streams, and be ended by it, rightly.
      const isEnded = (await first.fence(rule)) === 'ended' && before?.open === true;
      if (isEnded) first.app.closes();
      const stream = isEnded ? await this.opens() : first;
      await stream.echoes(rule);
      this.check(stream.link === before, rule, 'it gave up its WebSocket');
      return stream;
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      const how = before?.open === true ? 'no new connection works afterwards' : 'it gave up its WebSocket';
      throw new Finding(rule, how, error.message, error.force);
    }
  }

  #isLinked(): boolean {
    return this.service.allLinks.at(-1)?.open === true;
  }

  /** Waits for a new WebSocket; false where the client ended instead and may. */
  async #comesBack(rule: RuleId, mayEnd: boolean): Promise<boolean> {
    const ended = this.client.running!.exited.then(() => false);
    const wait = this.patienceMs + this.declares.reconnectMs;
    return this.client.within(race([this.#nextLink(), ended]), wait, () => {
      if (mayEnd && this.client.exit !== undefined) return false;
      throw new Finding(rule, 'it did not come back after its WebSocket was gone');
    });
  }

  async #nextLink(): Promise<true> {
    const link = await this.service.links.take();
    this.service.links.push(link);
    return true;
  }

  /** The rule under which this role carries bytes between application and tunnel. */
  get carries(): RuleId {
    return this.role === 'source' ? 'S3' : 'S4';
  }

  /**
   * After something that the client may answer by ending the stream, its connection or itself, but not by going deaf,
   * by handing it to the application, or by a crash.
   */
  async survives(stream: LiveStream, rule: RuleId): Promise<void> {
    const outcome = await stream.fence(rule);
    this.client.throwIfCrashed();
    if (outcome === 'alive') return;
    const received = stream.app.unread;
    this.check(received.length === 0, rule, 'bytes reached the application that were not for it');
    if (outcome === 'deaf')
      throw new Finding(rule, 'it neither went on nor ended the stream', 'no bytes pass');
    stream.app.closes();
    await this.lives(rule);
  }

  /** Ends the scenario without a verdict. */
  skip(reason: string, code?: SkipCode): never {
    throw new Skip(reason, code);
  }

  /** @throws {Finding} where the condition does not hold. */
  check(condition: boolean, rule: RuleId, symptom: SymptomName | string, detail = '', force?: Force): void {
    if (!condition) throw new Finding(rule, symptom, detail, force);
  }

  /** Whether something comes within a time; for the few rules that speak of absence where no fence exists (H11). */
  async comes(what: Promise<unknown>, ms: number): Promise<boolean> {
    const timer = new AbortController();
    const came = await race([what.then(() => true), after(ms, timer.signal).then(() => false)]).finally(() =>
      timer.abort(),
    );
    this.client.throwIfCrashed();
    return came;
  }

  /** Bytes that no two scenarios share. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
