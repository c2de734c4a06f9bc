import type { MessageFormat, RuleId, Side } from '../../protocol/index.js';
import type { Declarations, StartRequest } from '../adapters/index.js';
import { type Crash, Finding, Skip, type SkipCode } from '../verdicts/index.js';
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
  /** Runs a function with another client, freshly started. Its findings are thrown here too. */
  readonly afresh: (run: (trial: Trial) => Promise<void>) => Promise<void>;
  /** Reports a finding and lets the scenario go on. Only the matrix of messages does so. */
  readonly finds: (error: Finding | Crash) => void;
}

/** The options of {@link Trial.survives}. */
export interface Survival extends Blame {
  /**
   * The stream of the disturbance. It continues, or the client ends it, its WebSocket or itself. The client may not go
   * deaf.
   */
  readonly stream?: LiveStream;
  /** Whether the client may have ended normally. Default true. */
  readonly mayEnd?: boolean;
}

/** After a disturbance, a new connection is tried this many times. */
const MAX_TRIES = 3;
const NOTHING_WORKS = 'no-new-connection';

/** Everything that a scenario about a client can use. */
export class Trial implements TrialOptions {
  readonly role: Side;
  readonly version: MessageFormat;
  readonly declares: Declarations;
  readonly service: ScriptedService;
  readonly client: ClientUnderTest;
  readonly app: Application;
  readonly patienceMs: number;
  /** Whether the long suite runs, with real sizes and times. */
  readonly long: boolean;
  /** @internal */
  readonly request: StartRequest;
  readonly afresh: TrialOptions['afresh'];
  /** @internal */
  readonly finds: TrialOptions['finds'];
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
    this.finds = parts.finds;
    this.clientsAtOnce = parts.clientsAtOnce;
    this.service.patienceMs = parts.patienceMs;
    this.app.meets(parts.client);
    this.#connections = new Connections(parts);
  }

  /** The service id that streams use by default; '' for a tunnel without service ids. */
  get serviceId(): string {
    return this.#connections.serviceId;
  }

  /** The rule that makes this role carry bytes between application and tunnel. */
  get carries(): RuleId {
    return this.client.carries;
  }

  /**
   * The client's WebSocket: the one that is open, or the next. Starts the client if it does not run yet.
   * @throws {Finding} H1 if it has never connected, S13 if it does not reconnect; or as the blame says
   */
  connected(blame: Partial<Blame> = {}): Promise<ClientSocket> {
    return this.client.connects(blame);
  }

  /** The ids for a new stream of this version. The stream id is new, and ordinary (below 2^28). */
  newIds(serviceId = this.serviceId): StreamIds {
    return this.#connections.newIds(serviceId);
  }

  /**
   * Opens a connection through the client. If the client has not connected yet, it connects first. At a source, an
   * application dials. At a destination, the service starts a stream.
   */
  opens(options: Opening = {}): Promise<LiveStream> {
    return this.#connections.opens(options);
  }

  /**
   * The client must still work: its WebSocket carries a new stream, or it has reconnected and carries one, or it has
   * ended normally where the rules allow it. A crash or a deaf client is a finding, and so are bytes that reach a wrong
   * application.
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
        // If the client has ended meanwhile, its exit is judged.
        if (!this.#isLinked() && !(await this.#comesBack(blame, mayEnd))) continue;
        await echoesAfresh(this.#connections, blame, stream);
        return;
      } catch (error) {
        if (!(error instanceof Finding)) throw error;
        // The client may just have been reconnecting. An application would try again.
        if (tries < MAX_TRIES) continue;
        throw finding(blame, NOTHING_WORKS, error.message);
      }
    }
  }

  /** Whether the stream carries bytes. If not, the application ends its connection too. */
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

  /** Waits for a new WebSocket. False if the client has ended instead and may do so. */
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

  /**
   * Checks a condition.
   * @throws {Finding} if it is not true.
   */
  check(condition: boolean, complaint: Complaint): void {
    check(condition, complaint);
  }

  /**
   * Waits for something that must come. If the client has crashed, it is blamed for the crash. If it has ended
   * normally, it is blamed for what did not come.
   * @throws {Finding} if it does not come in time
   */
  awaits<T>(what: Promise<T>, complaint: Complaint): Promise<T> {
    return this.client.awaits(what, complaint);
  }

  /** Waits for something that may come. Gives undefined if it does not come within a time in milliseconds. */
  comes<T>(what: Promise<T>, within: number): Promise<T | undefined> {
    return this.client.comes(what, within);
  }

  /** Random bytes, different in every scenario, and the same for the same seed. */
  bytes(count: number): Buffer {
    return this.client.random.bytes(count);
  }
}
