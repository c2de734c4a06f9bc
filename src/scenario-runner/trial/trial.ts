import { randomBytes } from 'node:crypto';
import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type { Declarations, StartRequest } from '../adapters/index.js';
import { Finding, Skip, type SkipCode } from '../verdicts/index.js';
import type { Application } from './application.js';
import { type Blame, type Complaint, check, finding } from './blame.js';
import type { ClientUnderTest } from './client.js';
import type { ClientSocket } from './client-socket.js';
import { Connections, type Opening } from './connections.js';
import type { LiveStream } from './live-stream.js';
import { echoesAfresh } from './marked-echo.js';
import type { TrialParts } from './parts.js';
import { race } from './race.js';
import type { ScriptedService } from './scripted-service.js';
import type { StreamIds } from './stream-ids.js';

export interface TrialOptions extends TrialParts {
  /** Runs something with a client of its own, freshly started; its findings come through. */
  readonly afresh: (run: (trial: Trial) => Promise<void>) => Promise<void>;
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

/** Everything a scenario about a client can speak of. */
export class Trial implements TrialOptions {
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
  readonly afresh: TrialOptions['afresh'];
  /** @internal */
  readonly clientsAtOnce: number;
  readonly #connections: Connections;

  constructor(parts: TrialOptions) {
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
    this.#connections = new Connections(parts);
  }

  /** The service id that streams use unless told otherwise; '' for a tunnel without. */
  get serviceId(): string {
    return this.#connections.serviceId;
  }

  /** The rule under which this role carries bytes between application and tunnel. */
  get carries(): RuleId {
    return this.role === 'source' ? 'S3' : 'S4';
  }

  /**
   * The client's WebSocket: the one that is open, or the next. Starts the client where it does not run yet.
   * @throws {Finding} H1 where it never connected, S13 where it does not come back; or as the blame says
   */
  connected(blame: Partial<Blame> = {}): Promise<ClientSocket> {
    return this.client.connects(blame);
  }

  /** Ids of a stream as this version's peer would start it: a stream id that is new, with all its bytes in use. */
  newIds(serviceId = this.serviceId): StreamIds {
    return this.#connections.newIds(serviceId);
  }

  /**
   * Opens a connection through the client, which connects first where it has not yet: an application dials a source, the
   * service starts a stream towards a destination.
   */
  opens(options: Opening = {}): Promise<LiveStream> {
    return this.#connections.opens(options);
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
        await echoesAfresh(this.#connections, blame, stream);
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
    check(condition, complaint);
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
  comes<T>(what: Promise<T>, within: number): Promise<T | undefined> {
    return this.client.comes(what, within);
  }

  /** Bytes that no two scenarios share. */
  bytes(count: number): Buffer {
    return randomBytes(count);
  }
}
